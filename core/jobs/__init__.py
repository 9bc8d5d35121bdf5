"""Durable jobs: a journal of steps, order within a session, fairness between people, cancel and recovery."""

from core.jobs.budget import Costs, Estimator, nothing
from core.jobs.handle import LOOK, Job, Paid
from core.jobs.keeping import OUT_OF_REACH, Commits, until_kept
from core.jobs.recipe import Recipe
from core.jobs.replies import failure, new_reply, private_language
from core.jobs.runner import JobRunner, Take

__all__ = [
    "LOOK",
    "OUT_OF_REACH",
    "Commits",
    "Costs",
    "Estimator",
    "Job",
    "JobRunner",
    "Paid",
    "Recipe",
    "Take",
    "failure",
    "new_reply",
    "nothing",
    "private_language",
    "until_kept",
]

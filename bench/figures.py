"""What is measured, in one sentence each, and the limits that the figures are held against."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """A row of the table. ``most`` is the largest value that is good, ``None`` where the value only informs."""

    name: str
    unit: str
    most: float | None
    meaning: str

    def goal(self) -> str:
        """The limit as the table shows it."""
        return "" if self.most is None else f"≤ {self.most:g} {self.unit}"

    def value(self, measured: float) -> str:
        """A measured value, marked where it is over the limit."""
        digits = 1 if measured < 10 or (self.unit == "ms" and measured < 100) else 0
        digits = 2 if self.unit in ("s", "×") or (not self.unit and measured <= 1) else digits
        mark = "" if self.most is None else " ✓" if measured <= self.most else " ✗"
        return f"{measured:.{digits}f} {self.unit}".strip() + mark


FIGURES: dict[str, Figure] = {
    "added_p50": Figure(
        "time added to one command, p50", "ms", 15,
        "One person asks for one picture after another; from posted to delivered, less the time in which a call of the model service was open "
        "(from when the service has read the request until it has handed the answer's last byte to the kernel).",
    ),
    "added_p95": Figure("time added to one command, p95", "ms", 40, "The same."),
    "first_call": Figure(
        "time to the first model call, p50", "ms", 5, "From posted until the service has read the first request (the moderation of the words)."
    ),
    "cpu": Figure("processor time of one command", "ms", None, "What the program's process used for one of these commands, all threads together."),
    "statements": Figure("statements of one command", "", None, "What the database's writer executed for it."),
    "transactions": Figure("transactions of one command", "", None, "How many commits that took."),
    "start": Figure("start-up to first answer", "s", 2, "From the start of the process to the first delivered picture; the model takes no time."),
    "idle": Figure("memory, idle", "MB", 150, "Resident memory of the process after that first picture."),
    "sign_p95": Figure(
        "first sign of life with 200 jobs in flight, p95", "ms", 300,
        "While 200 pictures are being drawn, 40 more people ask, twenty a second; from posted to a status, chat action or acknowledgement.",
    ),
    "burst_sign_p95": Figure("first sign of life when 200 ask at once, p95", "ms", None, "The same for those 200, who ask in the same moment."),
    "sign_500": Figure("first sign of life when 500 ask at once, max", "ms", None, "The same for 500."),
    "acknowledged_500": Figure(
        "acknowledgement when 500 ask at once, max", "ms", 3000, "The same on Discord, which gives a command up after three seconds."
    ),
    "crowd_50": Figure("50 chats × /image, 1.0 s model: all delivered", "s", 1.5, "50 people ask in the same moment; until the last has it."),
    "crowd_500": Figure("500 chats × /image, 1.0 s model: all delivered", "s", 5, "The same with 500."),
    "lag_50": Figure("event-loop lag with 50 chats, p99", "ms", 50, "How late a task that sleeps 5 ms at a time wakes up in that run."),
    "lag_500": Figure("event-loop lag with 500 chats, p99", "ms", 50, "The same with 500."),
    "crowd_cpu": Figure("processor time of one of 500 commands", "ms", None, "What the process used in that run, divided by the commands."),
    "each": Figure("memory per picture job in flight", "MB", 6, "The most memory while 240 jobs were at work, less that before, divided by them."),
    "kept": Figure("memory kept afterwards, of that", "%", None, "How much of that more is still there six seconds after the last delivery."),
    "past_added_p50": Figure("time added with 1,000,000 past jobs, p50", "ms", None, "The first figure with a store that has them."),
    "past": Figure(
        "1,000,000 past jobs against an empty store", "×", 1.2,
        "Both stores are measured in turn, three times, and their medians compared; the past jobs belong to 20,000 people, 5,000 of them to the "
        "person and chat that are measured.",
    ),
    "loop": Figure(
        "a million additions in Python", "ms", None,
        "The machine itself, before anything else is measured: a shared one is not equally fast at all times.",
    ),
}  # fmt: skip

ALONE: dict[str, Figure] = {
    "alpha": Figure("mask understanding at 1024², alpha", "ms", 30, "One call in a quiet process, median of seven."),
    "first_story": Figure(
        "first word of a story",
        "s",
        None,
        "On the page, with a check of 0.3 s and 1.0 s until a text model says something; from posted until the first words are there.",
    ),
    "trips_story": Figure(
        "round trips to models until then",
        "",
        1,
        "Calls waited for one after the other; what runs beside them counts once.",
    ),
    "first_image": Figure(
        "first preview of a picture",
        "s",
        None,
        "The same for /image, whose prompt the helper writes in 1.0 s; the picture takes 1.0 s, and its preview comes half-way.",
    ),
    "trips_image": Figure("round trips to models until then", "", 2, "The same."),
    "book": Figure(
        "a book of 8 pages, 1.0 s pictures",
        "s",
        None,
        "On the page, from posted to its end: a check of 0.3 s, then text, plan, the sheet of its characters, and cover and pages side by side.",
    ),
    "book_ratio": Figure(
        "the same against its critical path",
        "×",
        1.25,
        "The longest row of model calls each of which was begun when the one before had ended.",
    ),
    "batch_ratio": Figure(
        "a table of 1,000 rows against its pictures alone",
        "×",
        1.3,
        "On the page: from Start until all rows are done, against rows × 1.0 s for a picture / 20 at once. A person asks for pictures meanwhile.",
    ),
    "batch_memory": Figure(
        "memory that it takes", "MB", 60, "The most that is resident meanwhile, above what it was before."
    ),
    "batch_cpu": Figure("processor time of a row", "ms", None, "Of the program, with all that it does beside."),
    "batch_store": Figure(
        "store cost of a row",
        "ms",
        3,
        "What a row's turns look up, and the commits in which it begins and ends, one after the other in a quiet process.",
    ),
    "batch_beside": Figure(
        "a person's /image beside the table",
        "×",
        1.2,
        "The 95th of a hundred, from posted to delivered, against the same without a table; thirty of each.",
    ),
    "taste_first": Figure(
        "liking of the first 8 pictures, of the best one's",
        "%",
        None,
        "Eight simulated people of hidden taste ask on the page, see what is drawn, and react; the chance that they like it, as share of that of the "
        "combination which they would like best. All choices count, also the tenth that is made as if nothing were known.",
    ),
    "taste_last": Figure("liking of the 17th to 24th", "%", None, "The same, when sixteen have been rated."),
    "judge_auroc": Figure(
        "judge of pictures: AUROC",
        "",
        None,
        "How well the score tells right pictures from wrong ones: 34 that show what was asked, 33 of something else, 33 with one thing changed. "
        "0.5 is guessing, 1 is always. Without a key the sketch artist is asked about its own pictures; `--real` asks the models that are set.",
    ),
    "judge_false": Figure(
        "judge of pictures: false mends", "%", 5, "Right pictures whose score is below the threshold."
    ),
    "judge_missed": Figure("judge of pictures: missed", "%", None, "Wrong pictures whose score is not."),
    "judge_unseen": Figure(
        "judge of pictures: without a score", "%", None, "Pictures about which nothing could be told, or believed."
    ),
    "judge_cost": Figure(
        "judge of pictures: cost of looking",
        "%",
        None,
        "Questions and a look at 100 pictures, of what drawing them cost.",
    ),
    "judge_more": Figure(
        "judge of pictures: cost of all",
        "%",
        None,
        "The same with what is drawn again where one picture in ten is wrong, and one change helps.",
    ),
    "painted": Figure("mask understanding at 1024², painted", "ms", 1500, "The same for a photo that was painted on."),
}
"""What needs no platform."""

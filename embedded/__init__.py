"""What serves without a key: a server that speaks OpenAI's API, with a storybook for its words and a sketch artist for its pictures.

It stands alone: it imports nothing of the program, which asks it over HTTP as it would ask the real one.
"""

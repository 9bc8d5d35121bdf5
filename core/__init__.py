"""The conversation itself: it knows no platform, no SDK and no SQL."""

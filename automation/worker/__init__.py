"""The durable face: jobs and schedules."""

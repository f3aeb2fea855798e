"""The whole system put together: settings, doors, the route, the timetable."""

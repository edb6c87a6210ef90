"""A whole summit played through the services, nothing faked but the hands."""

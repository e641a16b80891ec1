"""The doors of voting, by who comes in: everyone (meetings), members (votes), those who call and run a meeting (desk)."""

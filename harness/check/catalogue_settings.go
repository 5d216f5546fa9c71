package check

// settingsChecks judge what was typed into the two consoles.
var settingsChecks = []*Check{}

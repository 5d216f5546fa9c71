package check

// messageChecks judge the messages of a login, in the order in which they are
// exchanged and read.
var messageChecks = []*Check{}

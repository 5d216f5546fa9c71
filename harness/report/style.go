package report

// A paint is an ANSI escape that sets colour or weight.
type paint string

// The paints, few and with one meaning each.
const (
	red    paint = "\x1b[31m"
	yellow paint = "\x1b[33m"
	green  paint = "\x1b[32m"
	cyan   paint = "\x1b[36m"
	bold   paint = "\x1b[1m"
	dim    paint = "\x1b[2m"
	reset  paint = "\x1b[0m"
)

// paint colours text where colour is wanted.
func (o Options) paint(s string, with ...paint) string {
	if !o.Color || s == "" {
		return s
	}
	var open string
	for _, p := range with {
		open += string(p)
	}
	return open + s + string(reset)
}

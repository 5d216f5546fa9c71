package check

// maxDistance bounds the strings that are compared letter by letter.
const maxDistance = 256

// distance is how many letters must be changed, added or taken away to make one
// string of another (Levenshtein), or the longer length where one is very long.
func distance(a, b string) int {
	x, y := []rune(a), []rune(b)
	if len(x) > maxDistance || len(y) > maxDistance {
		return max(len(x), len(y))
	}
	row := make([]int, len(y)+1)
	for j := range row {
		row[j] = j
	}
	for i, r := range x {
		diagonal := row[0]
		row[0] = i + 1
		for j, s := range y {
			change := diagonal
			if r != s {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(y)]
}

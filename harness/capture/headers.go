package capture

import (
	"encoding/json"
	"errors"
	"strings"
)

// headers are names and values in any of the shapes in which recorders write them: a
// list of objects, a list of pairs, an object.
type headers [][2]string

// UnmarshalJSON leaves out what it does not understand.
func (h *headers) UnmarshalJSON(data []byte) error {
	var objects []struct{ Name, Value string }
	if err := lenient(json.Unmarshal(data, &objects)); err == nil && len(objects) > 0 && objects[0].Name != "" {
		for _, o := range objects {
			*h = append(*h, [2]string{o.Name, o.Value})
		}
		return nil
	}
	var pairs [][]string
	if err := lenient(json.Unmarshal(data, &pairs)); err == nil {
		for _, p := range pairs {
			if len(p) == 2 {
				*h = append(*h, [2]string{p[0], p[1]})
			}
		}
	}
	return nil
}

// lenient takes a value of the wrong type for one that is not there.
func lenient(err error) error {
	var wrong *json.UnmarshalTypeError
	if errors.As(err, &wrong) {
		return nil
	}
	return err
}

func (h headers) value(name string) string {
	for _, kv := range h {
		if strings.EqualFold(kv[0], name) {
			return kv[1]
		}
	}
	return ""
}

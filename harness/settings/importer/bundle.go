package importer

import (
	"bytes"
	"fmt"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/samlproof/samlproof/harness/settings"
)

// A File is one that settings name, to be written beside them.
type File struct {
	Name string
	Data []byte
}

// Bundle is the settings as a commented file and the files that it names, with names
// that stand beside it. taken are names that are used already.
func (im *Import) Bundle(taken ...string) ([]byte, []File) {
	s := im.Settings.Clone()
	files := slices.Clone(im.Files)
	for _, f := range s.Files() {
		if f.Value == "" || f.Data == nil {
			continue
		}
		base := path.Base(filepath.ToSlash(f.Value))
		name := base
		for n := 2; ; n++ {
			same, free := false, true
			for _, other := range files {
				if strings.EqualFold(other.Name, name) {
					free, same = false, bytes.Equal(other.Data, f.Data)
				}
			}
			for _, other := range taken {
				free = free && !strings.EqualFold(other, name)
			}
			if same || free {
				if free {
					files = append(files, File{name, f.Data})
				}
				break
			}
			ext := path.Ext(base)
			name = fmt.Sprintf("%s-%d%s", strings.TrimSuffix(base, ext), n, ext)
		}
		f.Value = name
	}
	return settings.YAML(s, settings.Writing{Head: im.head(), Asks: im.Asks}), files
}

// head says where the settings come from.
func (im *Import) head() []string {
	head := []string{"Imported from:"}
	for _, note := range im.Notes {
		head = append(head, "- "+note)
	}
	return append(head, "",
		"Two people type into two consoles, so there are two halves. What the import could not",
		"know stands below as a comment, with its question.")
}

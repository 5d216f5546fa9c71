package formula

import (
	"fmt"
	"slices"
)

// A function is one that formulas may call.
type function struct {
	name  string
	usage string
	// least and most are how many arguments it takes; most is -1 where there is no end.
	least, most int
	// params are the types of the arguments, the last one of all that follow.
	params []Type
	result Type
	// types replaces params and result where the types depend on each other.
	types func(c *checker, n *node) (Type, error)
	// call computes the result from the arguments.
	call func(e *evaluator, n *node, args []value) (value, error)
	// lazy replaces call where not every argument is evaluated.
	lazy func(e *evaluator, n *node) (value, error)
}

// count says how many arguments the function takes.
func (f *function) count() string {
	switch {
	case f.most == 0:
		return "no arguments"
	case f.least == f.most && f.least == 1:
		return "1 argument"
	case f.least == f.most:
		return fmt.Sprintf("%d arguments", f.least)
	case f.most < 0 && f.least == 1:
		return "1 argument or more"
	case f.most < 0:
		return fmt.Sprintf("%d arguments or more", f.least)
	case f.most == f.least+1:
		return fmt.Sprintf("%d or %d arguments", f.least, f.most)
	}
	return fmt.Sprintf("%d to %d arguments", f.least, f.most)
}

// functions are all functions by their name.
var functions = func() map[string]*function {
	all := map[string]*function{}
	for _, list := range [][]function{logicFunctions, textFunctions, searchFunctions, mathFunctions, dateFunctions, timeFunctions} {
		for i := range list {
			all[list[i].name] = &list[i]
		}
	}
	return all
}()

// functionNames are the names of all functions, in order.
var functionNames = func() []string {
	var names []string
	for name := range functions {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}()

// refused are the functions of Salesforce that the value of a custom attribute cannot
// use, with the reason. HYPERLINK and IMAGE give markup, which a service provider would
// take for the value; the others need a record, a page or a session (Salesforce Help,
// "Formula Operators and Functions by Context").
var refused = map[string]string{
	"HYPERLINK":      "it makes a link for a page, and the service provider would receive its markup",
	"IMAGE":          "it makes a picture for a page, and the service provider would receive its markup",
	"HTMLENCODE":     "it works only in custom buttons, links and Visualforce",
	"JSENCODE":       "it works only in custom buttons, links and Visualforce",
	"JSINHTMLENCODE": "it works only in custom buttons, links and Visualforce",
	"URLENCODE":      "it works only in custom buttons, links and Visualforce",
	"URLFOR":         "it works only in custom buttons, links and Visualforce",
	"LINKTO":         "it works only in custom buttons and links",
	"INCLUDE":        "it works only in custom buttons and s-controls",
	"REQUIRESCRIPT":  "it works only in custom buttons",
	"GETSESSIONID":   "it would give the session away, and works only on pages",
	"GETRECORDIDS":   "it works only in custom buttons",
	"IMAGEPROXYURL":  "it works only on pages",
	"JUNCTIONIDLIST": "it works only in flows",
	"ISCHANGED":      "it looks at a record that is being saved, and at a login none is",
	"ISCLONE":        "it looks at a record that is being saved, and at a login none is",
	"ISNEW":          "it looks at a record that is being saved, and at a login none is",
	"PRIORVALUE":     "it looks at a record that is being saved, and at a login none is",
	"VLOOKUP":        "it works only in validation rules",
	"PARENTGROUPVAL": "it works only in reports",
	"PREVGROUPVAL":   "it works only in reports",
	"PREDICT":        "it works only with Einstein Discovery",
	"CURRENCYRATE":   "it works only where there are currency fields",
	"DISTANCE":       "it works only with geolocation fields",
	"GEOLOCATION":    "it works only with geolocation fields",
}

// elsewhere leads from what other languages call a function to its name here.
var elsewhere = map[string]string{
	"CONCAT": "the operator &", "CONCATENATE": "the operator &", "JOIN": "the operator &",
	"REPLACE": "SUBSTITUTE", "SUBSTR": "MID", "SUBSTRING": "MID", "LENGTH": "LEN",
	"STARTSWITH": "BEGINS", "BEGINSWITH": "BEGINS", "INSTR": "FIND", "SEARCH": "FIND", "INDEXOF": "FIND",
	"TOUPPER": "UPPER", "UPPERCASE": "UPPER", "UCASE": "UPPER", "TOLOWER": "LOWER", "LOWERCASE": "LOWER", "LCASE": "LOWER",
	"PROPER": "INITCAP", "CAPITALIZE": "INITCAP", "STR": "TEXT", "TOSTRING": "TEXT", "STRING": "TEXT",
	"NUMBER": "VALUE", "TONUMBER": "VALUE", "INT": "VALUE", "ISEMPTY": "ISBLANK", "EMPTY": "ISBLANK",
	"COALESCE": "BLANKVALUE", "NVL": "BLANKVALUE", "IFNULL": "BLANKVALUE", "DEFAULT": "BLANKVALUE",
	"SWITCH": "CASE", "IIF": "IF", "IFS": "CASE", "POW": "the operator ^", "POWER": "the operator ^",
	"CEIL": "CEILING", "REMAINDER": "MOD", "CURRENTDATE": "TODAY", "GETDATE": "TODAY", "CHAR": "CHR", "PADLEFT": "LPAD", "PADRIGHT": "RPAD",
	"STRIP": "TRIM", "MATCHES": "REGEX", "REGEXP": "REGEX",
}

# The form of our C: no tab, no blank at a line's end, at most 132 columns, `if( x ){` and `}else{`.
FNR==1 { if( previous!="" && last=="" ) fault("a blank line at the end", previous); previous = FILENAME }
function fault(what, where){ print where ": " what; faults++ }
/\t/ { fault("a tab", FILENAME ":" FNR) }
/[ ]$/ { fault("a blank at the end", FILENAME ":" FNR) }
length($0) > 132 { fault("longer than 132 columns", FILENAME ":" FNR) }
/^[ ]*(if|for|while|switch) \(/ { fault("a blank before (", FILENAME ":" FNR) }
/^[ ]*(if|for|while|switch)\(.*\) \{$/ { fault("a blank before {", FILENAME ":" FNR) }
/^[ ]*\} else/ { fault("a blank before else", FILENAME ":" FNR) }
{ last = $0 }
END { exit faults > 0 }

# Counts of a test run, for the scripts that add them up.

# test_project PROJECT RESULTS_FOLDER [dotnet test arguments]   runs it without building and leaves its counts in $good, $bad and $passed_over;
# a run without a result, without a test or with a bad exit code counts as a failure
test_project() {
  local project=$1 folder=$2 name code counters total executed
  shift 2
  name=$(basename "$project")
  rm -f "$folder/$name.trx"
  dotnet test "$project" --configuration Release --no-build --nologo --verbosity quiet --logger "trx;LogFileName=$name.trx" --results-directory "$folder" "$@"
  code=$?
  if [ ! -f "$folder/$name.trx" ]; then good=0 bad=1 passed_over=0; return; fi
  counters=$(grep -o '<Counters [^>]*>' "$folder/$name.trx")
  counter() { printf '%s' "$counters" | sed -n "s/.* $1=\"\([0-9]*\)\".*/\1/p"; }
  total=$(counter total) executed=$(counter executed) good=$(counter passed) bad=$(counter failed)
  passed_over=$((total - executed))
  # A filter that chooses nothing is a mistake in the script, and dotnet test ends well with it.
  if [ "$bad" = 0 ] && { [ "$code" != 0 ] || [ "$total" = 0 ]; }; then bad=1; fi
  [ "$bad" = 0 ] || failures "$folder/$name.trx"
}

# failures RESULTS_FILE   why tests failed, in their own words
failures() {
  sed -n '/<Message>/,/<\/Message>/p' "$1" | sed -E 's/<[^>]*>//g' | unescaped | head -n 300
}

unescaped() { sed -E 's/&#xD;//g; s/&lt;/</g; s/&gt;/>/g; s/&quot;/"/g; s/&amp;/\&/g'; }

# figures RESULTS_FOLDER   what tests wrote about themselves in lines that begin with `figure: `: how much was played, how soon a broken rule was noticed
figures() {
  find "$1" -maxdepth 1 -name '*.trx' -exec grep -ohE 'figure: [^<]+' {} + | sed -E 's/^figure: //' | unescaped | sort -u
}

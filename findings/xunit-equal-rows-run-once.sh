#!/usr/bin/env bash
# xunit.v3 4.0.2: under `dotnet test`, equal rows of a theory run once, and the run says that all passed.
#
# A theory with fifty equal rows, a usual way to repeat a test that fails now and then, looks like fifty runs and is one: rows are told
# apart by their arguments. A row number among the arguments makes them fifty. The test program started by itself runs all fifty.
#
# Seen: dotnet test: total 1, ran 1; by itself: ran 50
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
cat > global.json <<'JSON'
{ "test": { "runner": "Microsoft.Testing.Platform" } }
JSON
cat > rows.csproj <<'XML'
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup><TargetFramework>net10.0</TargetFramework><OutputType>Exe</OutputType><ImplicitUsings>enable</ImplicitUsings></PropertyGroup>
  <ItemGroup><PackageReference Include="xunit.v3" Version="4.0.2" /></ItemGroup>
</Project>
XML
cat > Rows.cs <<'CS'
using Xunit;

public sealed class Rows
{
    public static TheoryData<int> Same => [.. Enumerable.Repeat(7, 50)];

    [Theory]
    [MemberData(nameof(Same))]
    public void Run(int number)
    {
        Assert.Equal(7, number);
        File.AppendAllText(Environment.GetEnvironmentVariable("ROWS")!, "x");
    }
}
CS
export ROWS="$work/ran"
: > "$ROWS"
total=$(dotnet test rows.csproj 2>&1 | sed -n 's/^ *total: *\([0-9]*\).*/\1/p' | tail -n 1)
tested=$(wc -c < "$ROWS")
: > "$ROWS"
./bin/Debug/net10.0/rows > /dev/null
alone=$(wc -c < "$ROWS")
seen="dotnet test: total $total, ran $tested; by itself: ran $alone"
echo "$seen"
[ "$seen" = "dotnet test: total 1, ran 1; by itself: ran 50" ] || { echo "This has changed."; exit 1; }

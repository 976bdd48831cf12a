#!/usr/bin/env bash
# System.CommandLine 3.0.0: an Option<double> is read by the machine's locale, with separators of thousands, and without an error.
#
# The same command line means other numbers on another machine: where the comma is decimal 12.5 is 125, and elsewhere 0,5 is 5. A validator
# that parses the token invariantly, as most do, sees 12.5 and is content.
#
# Seen: de-DE 12.5 is 125, errors 0; invariant 0,5 is 5, errors 0
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
cat > numbers.csproj <<'XML'
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup><TargetFramework>net10.0</TargetFramework><OutputType>Exe</OutputType><ImplicitUsings>enable</ImplicitUsings></PropertyGroup>
  <ItemGroup><PackageReference Include="System.CommandLine" Version="3.0.0" /></ItemGroup>
</Project>
XML
cat > Numbers.cs <<'CS'
using System.CommandLine;
using System.Globalization;

Console.WriteLine($"de-DE {Read("de-DE", "12.5")}; invariant {Read("", "0,5")}");

static string Read(string culture, string text)
{
    CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo(culture);
    var option = new Option<double>("--share");
    ParseResult parsed = new RootCommand { option }.Parse(["--share", text]);
    return string.Create(CultureInfo.InvariantCulture, $"{text} is {parsed.GetValue(option)}, errors {parsed.Errors.Count}");
}
CS
seen=$(dotnet run 2>/dev/null)
echo "$seen"
[ "$seen" = "de-DE 12.5 is 125, errors 0; invariant 0,5 is 5, errors 0" ] || { echo "This has changed."; exit 1; }

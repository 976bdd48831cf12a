#!/usr/bin/env bash
# .NET 10: TimeZoneInfo.IsInvalidTime and IsAmbiguousTime are false for every time of zones whose winter has less than their standard time.
#
# tzdata has Irish Standard Time in summer and an hour less in winter (negative daylight saving); Morocco likewise around Ramadan. Offsets
# of moments are right there, but the local time that a clock change leaves out is "valid", and the hour that comes twice is not "ambiguous":
# what asks for these, as schedulers do, is an hour off on the day. London has the same clock and the right answers.
#
# Seen: Europe/London invalid True ambiguous True; Europe/Dublin invalid False ambiguous False; offsets equal True
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
cat > zones.csproj <<'XML'
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup><TargetFramework>net10.0</TargetFramework><OutputType>Exe</OutputType><ImplicitUsings>enable</ImplicitUsings></PropertyGroup>
</Project>
XML
cat > Zones.cs <<'CS'
TimeZoneInfo london = TimeZoneInfo.FindSystemTimeZoneById("Europe/London");
TimeZoneInfo dublin = TimeZoneInfo.FindSystemTimeZoneById("Europe/Dublin");
DateTime leftOut = new(2026, 3, 29, 1, 30, 0);
DateTime twice = new(2026, 10, 25, 1, 30, 0);
bool equal = Enumerable.Range(0, 365 * 24).Select(hour => new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddHours(hour))
    .All(moment => london.GetUtcOffset(moment) == dublin.GetUtcOffset(moment));
Console.WriteLine($"Europe/London {Of(london)}; Europe/Dublin {Of(dublin)}; offsets equal {equal}");

string Of(TimeZoneInfo zone) => $"invalid {zone.IsInvalidTime(leftOut)} ambiguous {zone.IsAmbiguousTime(twice)}";
CS
seen=$(dotnet run 2>/dev/null)
echo "$(dotnet --version): $seen"
[ "$seen" = "Europe/London invalid True ambiguous True; Europe/Dublin invalid False ambiguous False; offsets equal True" ] || { echo "This has changed."; exit 1; }

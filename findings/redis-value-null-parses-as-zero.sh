#!/usr/bin/env bash
# StackExchange.Redis 3.4.35: RedisValue.TryParse of a value that is not there returns true and the number 0.
#
# A key that does not exist and one that holds "0" are told apart by IsNull alone. "TryParse(out long n) ? n : null", the usual way to say
# "nothing there", says 0 instead, and a compare-and-set that expects the key to be absent then never succeeds. The text "" is refused.
#
# Seen: nothing: True 0; empty: False; zero: True 0
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
cat > nothing.csproj <<'XML'
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup><TargetFramework>net10.0</TargetFramework><OutputType>Exe</OutputType><ImplicitUsings>enable</ImplicitUsings></PropertyGroup>
  <ItemGroup><PackageReference Include="StackExchange.Redis" Version="3.4.35" /></ItemGroup>
</Project>
XML
cat > Program.cs <<'CS'
using StackExchange.Redis;

bool nothing = RedisValue.Null.TryParse(out long ofNothing);
bool empty = RedisValue.EmptyString.TryParse(out long _);
bool zero = ((RedisValue)"0").TryParse(out long ofZero);
Console.WriteLine($"nothing: {nothing} {ofNothing}; empty: {empty}; zero: {zero} {ofZero}");
CS
seen=$(dotnet run)
echo "$seen"
[ "$seen" = "nothing: True 0; empty: False; zero: True 0" ] || { echo "This has changed."; exit 1; }

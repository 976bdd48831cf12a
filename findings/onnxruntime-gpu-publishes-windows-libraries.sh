#!/usr/bin/env bash
# Microsoft.ML.OnnxRuntime.Gpu 1.31.0: a publish for linux-x64 carries 215 MB of Windows libraries.
#
# A runtime identifier normally picks one folder of a package's runtimes/. This package's .props adds the Windows DLLs once more, as plain
# files to copy, wherever it finds them, and it depends on the packages of both systems. Referring to Microsoft.ML.OnnxRuntime.Gpu.Linux
# (or .Windows) alone gives the same managed API and only the libraries of that system.
#
# Seen: gpu: 4 Windows libraries, 215 MB; gpu.linux: 0 Windows libraries, 0 MB
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
publish() {
  mkdir "$1"
  cat > "$1/app.csproj" <<XML
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup><TargetFramework>net10.0</TargetFramework><OutputType>Exe</OutputType></PropertyGroup>
  <ItemGroup><PackageReference Include="$2" Version="1.31.0" /></ItemGroup>
</Project>
XML
  echo 'System.Console.WriteLine(Microsoft.ML.OnnxRuntime.OrtEnv.Instance().GetVersionString());' > "$1/Program.cs"
  dotnet publish "$1" -r linux-x64 --self-contained false -o "$1/out" --nologo -v q >&2
  # Counted in whole megabytes; managed assemblies end in .dll, too.
  find "$1/out" -name 'onnxruntime*.dll' -printf '%s\n' |
    awk -v name="$1" '{ n++; sum += $1 } END { printf "%s: %d Windows libraries, %d MB", name, n, sum / 1e6 }'
}
seen="$(publish gpu Microsoft.ML.OnnxRuntime.Gpu); $(publish gpu.linux Microsoft.ML.OnnxRuntime.Gpu.Linux)"
echo "$seen"
[ "$seen" = "gpu: 4 Windows libraries, 215 MB; gpu.linux: 0 Windows libraries, 0 MB" ] || { echo "This has changed."; exit 1; }

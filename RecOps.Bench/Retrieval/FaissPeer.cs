using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace RecOps.Bench.Retrieval;

/// <summary>faiss in its own Python process, one command at a time; see faiss_peer.py.</summary>
internal sealed class FaissPeer : IDisposable
{
    private readonly Process _process;

    /// <param name="work">Directory of the saved queries and their nearest items.</param>
    public FaissPeer(RetrievalSuiteOptions options, string work, int cells)
    {
        Directory.CreateDirectory(options.Cache);
        string script = Path.Combine(AppContext.BaseDirectory, "Retrieval", "faiss_peer.py");
        string[] arguments = [script, options.Bundle, work, options.Cache, cells.ToString(CultureInfo.InvariantCulture)];
        _process = Process.Start(
            new ProcessStartInfo(options.Python, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true }
        )!;
    }

    /// <summary>Its version and compile options.</summary>
    public string About() => Ask("about").GetProperty("about").GetString()!;

    /// <summary>Builds an index, or reads it from the cache.</summary>
    public (double Seconds, long Bytes) Build(string name)
    {
        JsonElement answer = Ask($"build {name}");
        return (answer.GetProperty("seconds").GetDouble(), answer.GetProperty("bytes").GetInt64());
    }

    /// <summary>Answers all queries on one thread in a single call, so that Python's call overhead does not count.</summary>
    /// <param name="reach">nprobe or efSearch.</param>
    /// <param name="factor">Multiple of the wanted items to rescore exactly, where the index supports it.</param>
    public (double Seconds, double Recall) Search(string name, int reach, int factor)
    {
        JsonElement answer = Ask(string.Create(CultureInfo.InvariantCulture, $"search {name} {reach} {factor}"));
        return (answer.GetProperty("seconds").GetDouble(), answer.GetProperty("recall").GetDouble());
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        if (!_process.WaitForExit(TimeSpan.FromSeconds(10)))
            _process.Kill();
        _process.Dispose();
    }

    private JsonElement Ask(string command)
    {
        _process.StandardInput.WriteLine(command);
        _process.StandardInput.Flush();
        string line = _process.StandardOutput.ReadLine() ?? throw new InvalidOperationException($"faiss exited during '{command}'.");
        return JsonDocument.Parse(line).RootElement;
    }
}

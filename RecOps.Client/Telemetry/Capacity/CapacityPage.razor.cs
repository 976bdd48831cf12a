using System.Globalization;
using Microsoft.AspNetCore.Components;
using RecOps.Client.Hosting;
using RecOps.Client.Shell;
using RecOps.Shared.Telemetry;

namespace RecOps.Client.Telemetry.Capacity;

/// <summary>
/// How many requests a server can serve within the SLO, what would raise that number, and what a load costs. Changed figures are in
/// the address.
/// </summary>
public sealed partial class CapacityPage : ComponentBase, IDisposable
{
    private const double Target = 125_000;

    // Roughly the price of a machine with this many cores at the large clouds; users know their own price.
    private const double PriceOfACore = 25;
    private readonly CancellationTokenSource _leaving = new();
    private CapacityFacts? _facts;
    private CapacityInputs _inputs = new(0, 1, 1, 1, 70, Target, 100);
    private ApiProblem? _problem;

    [Inject]
    internal TelemetryClient Telemetry { get; set; } = default!;

    [Inject]
    internal NavigationManager Navigation { get; set; } = default!;

    private string Basis =>
        _facts?.Load switch
        {
            null => "This server had no requests in the last hour, so the hit rate and the CPU time are only starting points.",
            { OtherCpuMs: null } load =>
                $"Measured over {Quantity.Of(load.Requests, "request")} in the last hour. They were too few or too uniform to separate "
                    + $"the cost of a request from background work, so the CPU time is the total divided by the requests. "
                    + $"Under more load it is far lower; look again then, or measure it with the bench's http suite.",
            { } load => $"Measured over {Quantity.Of(load.Requests, "request")} in the last hour, in batches of "
                + $"{load.MeanBatch.ToString("0.#", CultureInfo.InvariantCulture)}; the CPU time is how much more the server "
                + $"used in seconds with more requests.",
        };

    private IEnumerable<(string Change, CapacityInputs Inputs)> Levers
    {
        get
        {
            yield return ("no change", _inputs);
            if (_inputs.HitPercent <= 99)
                yield return ("one more point of hit rate", _inputs with { HitPercent = _inputs.HitPercent + 1 });
            if (_inputs.HitPercent <= 90)
                yield return ("ten more points of hit rate", _inputs with { HitPercent = _inputs.HitPercent + 10 });
            if (CapacityPlan.Larger(_facts!, _inputs.BatchSize) is { } larger)
                yield return (
                    $"batches of {larger.Size}{(CapacityPlan.IsWithin(larger, _facts!.SloMs) ? "" : ", too slow for the SLO")}",
                    _inputs with
                    {
                        BatchSize = larger.Size,
                    }
                );
            yield return ("twice the cores, at twice the price", _inputs with { Cores = 2 * _inputs.Cores, Price = 2 * _inputs.Price });
            if (_inputs.LoadPercent < 85)
                yield return ("85 % utilisation, with longer waits", _inputs with { LoadPercent = 85 });
        }
    }

    public void Dispose()
    {
        _leaving.Cancel();
        _leaving.Dispose();
    }

    protected override async Task OnInitializedAsync()
    {
        await LoadAsync();
        if (_facts is { ServiceTimes.Length: > 0 })
            _inputs = Read(QueryText.Parse(new Uri(Navigation.Uri).Query), _inputs);
    }

    /// <summary>The figures in the address, and measured ones for the rest.</summary>
    private static CapacityInputs Read(IReadOnlyDictionary<string, string> query, CapacityInputs measured)
    {
        return new(
            Number("hit", measured.HitPercent, 0, 100),
            (int)Number("batch", measured.BatchSize, 1, 100_000),
            Number("cpu", measured.OtherCpuMs, 0, 10_000),
            (int)Number("cores", measured.Cores, 1, 1024),
            Number("busy", measured.LoadPercent, 1, 100),
            Number("target", measured.Target, 0, 1e9),
            Number("price", measured.Price, 0, 1e7)
        );

        double Number(string name, double otherwise, double least, double most) =>
            double.TryParse(query.GetValueOrDefault(name), NumberStyles.Float, CultureInfo.InvariantCulture, out double value)
            && !double.IsNaN(value)
                ? Math.Clamp(value, least, most)
                : otherwise;
    }

    private async Task ResetAsync()
    {
        await LoadAsync();
        Navigation.NavigateTo("capacity", replace: true);
    }

    private async Task LoadAsync()
    {
        ApiResult<CapacityFacts> answer = await Telemetry.CapacityAsync(_leaving.Token);
        (_facts, _problem) = (answer.Value ?? _facts, answer.Problem);
        if (_facts is { ServiceTimes.Length: > 0 })
            _inputs = CapacityPlan.Measured(_facts, Target, PriceOfACore * _facts.Cores);
    }

    private void Set(ChangeEventArgs change, Func<double, CapacityInputs> with, double least, double most)
    {
        if (
            !double.TryParse((string?)change.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out double value)
            || double.IsNaN(value)
        )
            return;

        _inputs = with(Math.Clamp(value, least, most));
        Navigation.NavigateTo(
            "capacity"
                + QueryText.Format(
                    ("hit", Text(_inputs.HitPercent)),
                    ("batch", Text(_inputs.BatchSize)),
                    ("cpu", Text(_inputs.OtherCpuMs)),
                    ("cores", Text(_inputs.Cores)),
                    ("busy", Text(_inputs.LoadPercent)),
                    ("target", Text(_inputs.Target)),
                    ("price", Text(_inputs.Price))
                ),
            replace: true
        );
    }

    private Figure[] Results(ServerRate now, long servers) =>
        [
            new(
                _facts?.Load is { OtherCpuMs: null } ? "Per server, at least" : "Per server",
                Quantity.PerSecond(now.PerSecond),
                now.BoundByDevice ? "limited by the GPU" : "limited by the CPU"
            ),
            new("Servers", Quantity.Count(servers), $"for {Quantity.PerSecond(_inputs.Target)}"),
            new("Per month", new Quantity(Money(servers * _inputs.Price), ""), $"{Money(_inputs.Price)} each"),
            new("Per million requests", new Quantity(Money(PerMillion(servers), 4), ""), "at that load, all month"),
        ];

    private double PerMillion(long servers) => _inputs.Target <= 0 ? 0 : servers * _inputs.Price / (_inputs.Target * 30 * 24 * 3600 / 1e6);

    private static string Gain(double before, double after) =>
        before <= 0 ? Quantity.None
        : after <= before * 1.0005 && after >= before * 0.9995 ? Quantity.None
        : (after / before - 1).ToString("+0.0 %;−0.0 %", CultureInfo.InvariantCulture);

    private static string Money(double amount, int decimals = 0) => "$" + amount.ToString($"N{decimals}", CultureInfo.InvariantCulture);

    private static string Text(double number) => number.ToString("0.####", CultureInfo.InvariantCulture);
}

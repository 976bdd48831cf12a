using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Components;
using RecOps.Client.Hosting;
using RecOps.Shared.Demo;

namespace RecOps.Client.Demo;

/// <summary>Turns the demo shop's traffic on and off. Renders nothing when the server has no demo traffic.</summary>
public sealed partial class DemoTrafficCard : ComponentBase, IDisposable
{
    private readonly CancellationTokenSource _leaving = new();
    private DemoTrafficState? _state;
    private ApiProblem? _problem;
    private double _chosen;
    private bool _saving;

    [Inject]
    internal DemoTrafficClient Traffic { get; set; } = default!;

    public void Dispose()
    {
        _leaving.Cancel();
        _leaving.Dispose();
    }

    protected override Task OnInitializedAsync() => LoadAsync();

    private async Task LoadAsync()
    {
        ApiResult<DemoTrafficState> answer = await Traffic.GetAsync(_leaving.Token);
        Show(answer);
        if (answer.Problem?.Status == HttpStatusCode.NotFound)
            _state = null;
    }

    private Task ToggleAsync(bool enabled) => UpdateAsync(new DemoTrafficUpdate { Enabled = enabled });

    private void Choose(ChangeEventArgs change) => _chosen = Number(change);

    private Task SetRateAsync(ChangeEventArgs change)
    {
        Choose(change);
        return UpdateAsync(new DemoTrafficUpdate { RequestsPerSecond = _chosen });
    }

    private async Task UpdateAsync(DemoTrafficUpdate update)
    {
        _saving = true;
        Show(await Traffic.UpdateAsync(update, _leaving.Token));
        _saving = false;
    }

    private void Show(ApiResult<DemoTrafficState> answer)
    {
        _problem = answer.Problem;
        _state = answer.Value ?? _state;
        _chosen = _state?.RequestsPerSecond ?? 0;
    }

    private static double Number(ChangeEventArgs change) =>
        double.TryParse(change.Value?.ToString(), CultureInfo.InvariantCulture, out double value) ? value : 0;

    private static string Text(double rate) => rate.ToString("0", CultureInfo.InvariantCulture);
}

using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Components;
using RecOps.Client.Hosting;
using RecOps.Shared.Demo;

namespace RecOps.Client.Demo;

/// <summary>Turns the demo shop's traffic on and off. Draws nothing where the server has no such traffic.</summary>
public sealed partial class DemoTrafficCard : ComponentBase, IDisposable
{
    private readonly CancellationTokenSource leaving = new();
    private DemoTrafficState? state;
    private ApiProblem? problem;
    private double chosen;
    private bool saving;

    [Inject]
    internal DemoTrafficClient Traffic { get; set; } = default!;

    public void Dispose()
    {
        leaving.Cancel();
        leaving.Dispose();
    }

    protected override Task OnInitializedAsync() => LoadAsync();

    private async Task LoadAsync()
    {
        ApiResult<DemoTrafficState> answer = await Traffic.GetAsync(leaving.Token);
        Show(answer);
        if (answer.Problem?.Status == HttpStatusCode.NotFound)
            state = null;
    }

    private Task ToggleAsync(bool enabled) => UpdateAsync(new DemoTrafficUpdate { Enabled = enabled });

    private void Choose(ChangeEventArgs change) => chosen = Number(change);

    private Task SetRateAsync(ChangeEventArgs change)
    {
        Choose(change);
        return UpdateAsync(new DemoTrafficUpdate { RequestsPerSecond = chosen });
    }

    private async Task UpdateAsync(DemoTrafficUpdate update)
    {
        saving = true;
        Show(await Traffic.UpdateAsync(update, leaving.Token));
        saving = false;
    }

    private void Show(ApiResult<DemoTrafficState> answer)
    {
        problem = answer.Problem;
        state = answer.Value ?? state;
        chosen = state?.RequestsPerSecond ?? 0;
    }

    private static double Number(ChangeEventArgs change)
        => double.TryParse(change.Value?.ToString(), CultureInfo.InvariantCulture, out double value) ? value : 0;

    private static string Text(double rate) => rate.ToString("0", CultureInfo.InvariantCulture);
}

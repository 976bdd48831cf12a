using Microsoft.AspNetCore.Components;
using Plotly.Blazor;
using Plotly.Blazor.Interop;
using RecOps.Client.Shell;

namespace RecOps.Client.Telemetry.Charts;

/// <summary>
/// A chart that follows its data. The legend carries the newest values, so that the figures are there for those who cannot
/// see or hover the lines.
/// </summary>
public sealed partial class LiveChart : ComponentBase
{
    private const uint ImageWidth = 1200;
    private const uint ImageHeight = 400;
    private readonly Config config = ChartDrawing.Config();
    private PlotlyChart? chart;
    private Layout layout = new();
    private List<ITrace> traces = [];
    private ChartData? drawn;
    private bool drawnDark;

    /// <summary>The first drawing is the chart's own: it loads its library before, which may take seconds. What is sent to it meanwhile is drawn twice or lost.</summary>
    private bool drawing = true;
    private ChartStep step;
    private bool asTable;

    [Inject]
    internal PageWatch Page { get; set; } = default!;

    [Parameter, EditorRequired]
    public required string Title { get; set; }

    [Parameter, EditorRequired]
    public required ChartData Data { get; set; }

    /// <summary>Whether the dark theme is on.</summary>
    [Parameter]
    public bool Dark { get; set; }

    /// <summary>A few words beside the title.</summary>
    [Parameter]
    public string? Hint { get; set; }

    /// <summary>Shown in the empty plot when there is not one value.</summary>
    [Parameter]
    public string EmptyText { get; set; } = "No requests in this time.";

    /// <summary>Controls at the right of the title.</summary>
    [Parameter]
    public RenderFragment? Actions { get; set; }

    /// <summary>Called with the time of a point that was clicked; nobody can click without it.</summary>
    [Parameter]
    public EventCallback<DateTimeOffset> PointChosen { get; set; }

    private string FileName => ChartCsv.FileName(Title);

    private ChartTheme Theme => ChartTheme.For(Dark);

    protected override void OnParametersSet()
    {
        if (drawn is null)
            Prepare();
        else
            Decide();
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (drawing || chart is null || step.Kind == ChartStepKind.None)
            return;

        drawing = true;
        try
        {
            if (step.Kind == ChartStepKind.Redraw)
                await chart.React();
            else
                await ExtendAsync(chart, step.Seconds);
        }
        finally
        {
            step = default;
            drawing = false;
        }

        CatchUp();
    }

    /// <summary>Finds out what is to be drawn; what is being drawn now is finished first.</summary>
    private void Decide()
    {
        if (drawing)
            return;

        // A redraw that is still due stays due: what it starts from is not on the screen yet.
        step = step.Kind != ChartStepKind.Redraw && drawnDark == Dark ? ChartStep.Between(drawn, Data) : new(ChartStepKind.Redraw, 0);
        if (step.Kind == ChartStepKind.Redraw)
            Prepare();
    }

    /// <summary>Draws what came while something else was being drawn: the next second would be late, and on a page that shows little comes no next.</summary>
    private void CatchUp()
    {
        Decide();
        if (step.Kind != ChartStepKind.None)
            StateHasChanged();
    }

    private async Task OnFirstDrawnAsync()
    {
        drawing = false;
        CatchUp();

        // There is nothing to click before the chart was drawn once.
        if (chart is not null && PointChosen.HasDelegate)
            await chart.SubscribeClickEvent();
    }

    private async Task ExtendAsync(PlotlyChart plot, int seconds)
    {
        ChartData next = Data;
        drawn = next;
        object[] times = [.. next.Times[^seconds..].Select(time => ChartDrawing.Time(time, Zone))];
        await plot.ExtendTraces(
            next.Series.Select(_ => times),
            next.Series.Select(series => series.Values[^seconds..].Select(ChartDrawing.Value).ToArray()),
            Enumerable.Range(0, next.Series.Length),
            next.Times.Length);
    }

    private void OnClick(IEnumerable<EventDataPoint> points)
    {
        string? clicked = points.FirstOrDefault()?.X?.ToString();
        int at = Array.FindIndex(Data.Times, time => Equals(ChartDrawing.Time(time, Zone), clicked));
        if (at >= 0)
            _ = InvokeAsync(() => PointChosen.InvokeAsync(Data.Times[at]));
    }

    private Task SaveCsvAsync() => Page.SaveAsync($"{FileName}.csv", ChartCsv.Of(Data));

    private async Task SavePngAsync()
    {
        if (chart is not null)
            await chart.DownloadImage(ImageFormat.Png, ImageHeight, ImageWidth, FileName);
    }

    private void Prepare()
    {
        drawn = Data;
        drawnDark = Dark;
        layout = ChartDrawing.Layout(Data, Theme, Zone);
        traces = ChartDrawing.Traces(Data, Theme, Zone);
    }
}

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
    private readonly Config _config = ChartDrawing.Config();
    private PlotlyChart? _chart;
    private Layout _layout = new();
    private List<ITrace> _traces = [];
    private ChartData? _drawn;
    private bool _drawnDark;

    /// <summary>
    /// The chart does its first drawing itself, after loading its library, which may take seconds. Data sent to it meanwhile would be
    /// drawn twice or lost.
    /// </summary>
    private bool _drawing = true;
    private ChartStep _step;
    private bool _asTable;

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

    /// <summary>Shown in the empty plot when there are no values.</summary>
    [Parameter]
    public string EmptyText { get; set; } = "No requests in this period.";

    /// <summary>Controls to the right of the title.</summary>
    [Parameter]
    public RenderFragment? Actions { get; set; }

    /// <summary>Called with the time of a clicked point; without it, points are not clickable.</summary>
    [Parameter]
    public EventCallback<DateTimeOffset> PointChosen { get; set; }

    private string FileName => ChartCsv.FileName(Title);

    private ChartTheme Theme => ChartTheme.For(Dark);

    protected override void OnParametersSet()
    {
        if (_drawn is null)
            Prepare();
        else
            Decide();
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (_drawing || _chart is null || _step.Kind == ChartStepKind.None)
            return;

        _drawing = true;
        try
        {
            if (_step.Kind == ChartStepKind.Redraw)
                await _chart.React();
            else
                await ExtendAsync(_chart, _step.Seconds);
        }
        finally
        {
            _step = default;
            _drawing = false;
        }

        CatchUp();
    }

    /// <summary>Works out what to draw; a drawing in progress is finished first.</summary>
    private void Decide()
    {
        if (_drawing)
            return;

        // A pending redraw stays pending: what it starts from is not on the screen yet.
        _step = _step.Kind != ChartStepKind.Redraw && _drawnDark == Dark ? ChartStep.Between(_drawn, Data) : new(ChartStepKind.Redraw, 0);
        if (_step.Kind == ChartStepKind.Redraw)
            Prepare();
    }

    /// <summary>
    /// Draws what arrived during another drawing: the next second would be late, and a page that is not live has no next second.
    /// </summary>
    private void CatchUp()
    {
        Decide();
        if (_step.Kind != ChartStepKind.None)
            StateHasChanged();
    }

    private async Task OnFirstDrawnAsync()
    {
        _drawing = false;
        CatchUp();

        await Page.FitChartsAsync();

        // There is nothing to click before the chart has been drawn once.
        if (_chart is not null && PointChosen.HasDelegate)
            await _chart.SubscribeClickEvent();
    }

    private async Task ExtendAsync(PlotlyChart plot, int seconds)
    {
        ChartData next = Data;
        _drawn = next;
        object[] times = [.. next.Times[^seconds..].Select(time => ChartDrawing.Time(time, Zone))];
        await plot.ExtendTraces(
            next.Series.Select(_ => times),
            next.Series.Select(series => series.Values[^seconds..].Select(ChartDrawing.Value).ToArray()),
            Enumerable.Range(0, next.Series.Length),
            next.Times.Length
        );
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
        if (_chart is not null)
            await _chart.DownloadImage(ImageFormat.Png, ImageHeight, ImageWidth, FileName);
    }

    private void Prepare()
    {
        _drawn = Data;
        _drawnDark = Dark;
        _layout = ChartDrawing.Layout(Data, Theme, Zone);
        _traces = ChartDrawing.Traces(Data, Theme, Zone);
    }
}

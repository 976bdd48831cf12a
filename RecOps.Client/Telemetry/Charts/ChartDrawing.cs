using System.Globalization;
using Plotly.Blazor;
using Plotly.Blazor.LayoutLib;
using Plotly.Blazor.Traces;
using Plotly.Blazor.Traces.ScatterLib;

namespace RecOps.Client.Telemetry.Charts;

/// <summary>Translates chart data for Plotly.</summary>
internal static class ChartDrawing
{
    public const string FontFamily = "system-ui, 'Segoe UI', Roboto, 'Helvetica Neue', 'DejaVu Sans', sans-serif";

    /// <summary>The height of a chart, in pixels. Fixed, so that the layout does not jump while charts load.</summary>
    private const int Height = 200;

    public static Config Config() =>
        new()
        {
            DisplayModeBar = Plotly.Blazor.ConfigLib.DisplayModeBarEnum.False,
            DisplayLogo = false,
            Responsive = true,
            ShowSendToCloud = false,
            ScrollZoom = Plotly.Blazor.ConfigLib.ScrollZoomFlag.False,
            DoubleClick = Plotly.Blazor.ConfigLib.DoubleClickEnum.False,
        };

    public static List<ITrace> Traces(ChartData data, ChartTheme theme, TimeZoneInfo zone)
    {
        List<object> times = [.. data.Times.Select(time => Time(time, zone))];
        return [.. data.Series.Select((series, index) => Trace(data.Unit, series, index, [.. times], theme))];
    }

    /// <summary>A time as Plotly reads it: it knows no zones, so it gets the viewer's wall clock.</summary>
    public static object Time(DateTimeOffset time, TimeZoneInfo zone) =>
        TimeZoneInfo.ConvertTime(time, zone).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    public static object Value(double? value) => value is null ? null! : Math.Round(value.Value, 4);

    public static Layout Layout(ChartData data, ChartTheme theme, TimeZoneInfo zone) =>
        new()
        {
            AutoSize = true,
            Height = Height,
            // A downloaded chart has the page's background, so that its text is readable anywhere.
            PaperBgColor = theme.Surface,
            PlotBgColor = "rgba(0,0,0,0)",
            ShowLegend = false,
            Shapes = [.. data.Marks.Select(mark => Mark(mark, theme, zone))],
            HoverMode = HoverModeEnum.XUnified,
            DragMode = DragModeEnum.False,
            Margin = new()
            {
                L = 56,
                R = 10,
                T = 8,
                B = 24,
                Pad = 4,
            },
            Font = new()
            {
                Family = FontFamily,
                Size = 11,
                Color = theme.Text,
            },
            HoverLabel = new()
            {
                BgColor = theme.HoverBackground,
                BorderColor = theme.HoverBorder,
                Font = new()
                {
                    Family = FontFamily,
                    Size = 12,
                    Color = theme.Text,
                },
            },
            XAxis =
            [
                new()
                {
                    Type = Plotly.Blazor.LayoutLib.XAxisLib.TypeEnum.Date,
                    FixedRange = true,
                    ShowGrid = false,

                    // Horizontal, and only as many as fit on a phone: Plotly would rotate them out of the picture.
                    TickAngle = 0,
                    NTicks = data.Length.TotalMinutes switch
                    {
                        <= 1 => 4,
                        <= 360 => 6,
                        _ => 3,
                    },
                    TickFormat = data.Length switch
                    {
                        { TotalMinutes: <= 1 } => "%H:%M:%S",
                        { TotalHours: <= 6 } => "%H:%M",
                        _ => "%-d %b %H:%M",
                    },
                    HoverFormat = data.StepSeconds < 60 ? "%H:%M:%S" : "%-d %b %H:%M",
                    LineColor = theme.Grid,
                    TickColor = theme.Grid,
                },
            ],
            YAxis =
            [
                new()
                {
                    FixedRange = true,
                    RangeMode = Plotly.Blazor.LayoutLib.YAxisLib.RangeModeEnum.ToZero,
                    Range =
                        data.Unit is ChartUnit.Share or ChartUnit.Percent ? [0, 100]
                        : data.Ceiling is { } ceiling ? [0, ceiling]
                        : null!,
                    NTicks = 5,
                    GridColor = theme.Grid,
                    ZeroLineColor = theme.Grid,
                    TickSuffix = Suffix(data.Unit),
                    TickFormat = data.Unit == ChartUnit.Bytes ? ".3~s" : null!,
                    ExponentFormat = Plotly.Blazor.LayoutLib.YAxisLib.ExponentFormatEnum.None,
                    SeparateThousands = true,
                },
            ],
        };

    /// <summary>A vertical line over the full height.</summary>
    private static Shape Mark(DateTimeOffset moment, ChartTheme theme, TimeZoneInfo zone) =>
        new()
        {
            Type = Plotly.Blazor.LayoutLib.ShapeLib.TypeEnum.Line,
            XRef = "x",
            YRef = "paper",
            X0 = Time(moment, zone),
            X1 = Time(moment, zone),
            Y0 = 0,
            Y1 = 1,
            Line = new()
            {
                Color = theme.Text,
                Width = 1,
                Dash = "dot",
            },
        };

    private static Scatter Trace(ChartUnit unit, ChartSeries series, int index, List<object> times, ChartTheme theme)
    {
        string colour = theme.Series[series.Colour];
        Scatter trace = new()
        {
            Name = series.Name,
            Mode = ModeFlag.Lines,
            X = times,
            Y = [.. series.Values.Select(Value)],
            ConnectGaps = false,
            Line = new() { Color = colour, Width = 1.5m },
            HoverTemplate = unit switch
            {
                ChartUnit.PerSecond => "%{y:,.0f}/s",
                ChartUnit.Milliseconds or ChartUnit.StackedMilliseconds => "%{y:,.2f} ms",
                ChartUnit.Count => "%{y:,.1f}",
                ChartUnit.Bytes => "%{y:.3s}B",
                ChartUnit.Watts => "%{y:,.0f} W",
                _ => "%{y:.1f}%",
            },
        };
        if (unit is ChartUnit.Share or ChartUnit.StackedMilliseconds)
        {
            trace.StackGroup = "share";
            trace.Line.Width = 0;
            trace.FillColor = Faded(colour, "b0");
        }
        else if (unit == ChartUnit.PerSecond && index == 0)
        {
            trace.Fill = FillEnum.ToZeroY;
            trace.FillColor = Faded(colour, "26");
        }

        return trace;
    }

    private static string Faded(string colour, string alpha) => colour + alpha;

    private static string Suffix(ChartUnit unit) =>
        unit switch
        {
            ChartUnit.PerSecond => "/s",
            ChartUnit.Milliseconds or ChartUnit.StackedMilliseconds => " ms",
            ChartUnit.Count => "",
            ChartUnit.Bytes => "B",
            ChartUnit.Watts => " W",
            _ => "%",
        };
}

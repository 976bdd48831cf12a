using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using RecOps.Server.Telemetry.Metrics;
using Xunit;

namespace RecOps.Tests.Server.Telemetry;

/// <summary>The real exporter, with no collector at its address.</summary>
public sealed class ExportWatchTests
{
    [Fact]
    public void Export_NobodyThere_IsTroubleForMinutesAndOneLineAMinute()
    {
        var time = new FakeTimeProvider();
        var lines = new List<string>();
        using var factory = LoggerFactory.Create(logging => logging.AddProvider(new Lines(lines)));
        using var watch = new ExportWatch(time, factory.CreateLogger<ExportWatch>());
        using var exporter = new OtlpTraceExporter(
            new OtlpExporterOptions
            {
                Endpoint = new Uri("http://127.0.0.1:1/v1/traces"),
                Protocol = OtlpExportProtocol.HttpProtobuf,
                TimeoutMilliseconds = 2000,
            }
        );
        Assert.Null(watch.Trouble);

        Send();
        Send();
        string? trouble = watch.Trouble;
        time.Advance(TimeSpan.FromSeconds(61));
        Send();
        time.Advance(TimeSpan.FromMinutes(4));

        Assert.Contains("127.0.0.1:1", trouble, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', trouble!);
        Assert.Equal(2, lines.Count(line => line.Contains("does not accept telemetry", StringComparison.Ordinal)));
        Assert.Null(watch.Trouble);

        void Send()
        {
            using Activity span = new Activity("span").Start();
            Assert.Equal(ExportResult.Failure, exporter.Export(new Batch<Activity>([span], 1)));
        }
    }

    private sealed class Lines(List<string> lines) : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public void Dispose()
        {
            // Nothing to dispose.
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        )
        {
            lock (lines)
                lines.Add(formatter(state, exception));
        }
    }
}

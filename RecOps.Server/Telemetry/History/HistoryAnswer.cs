using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Reflection;
using System.Text;
using Microsoft.AspNetCore.Http.Metadata;
using RecOps.Shared.Telemetry;

namespace RecOps.Server.Telemetry.History;

/// <summary>A <see cref="TelemetryHistory"/> of windows that are already serialized.</summary>
/// <param name="windows">As JSON, oldest first.</param>
internal sealed class HistoryAnswer(int stepSeconds, IEnumerable<byte[]> windows) : IResult, IEndpointMetadataProvider
{
    private const string Json = "application/json";

    /// <summary>Flushed at this size: an hour of seconds has megabytes.</summary>
    private const int SentTogether = 64 * 1024;

    public static void PopulateMetadata(MethodInfo method, EndpointBuilder builder) =>
        builder.Metadata.Add(new ProducesResponseTypeMetadata(StatusCodes.Status200OK, typeof(TelemetryHistory), [Json]));

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.ContentType = $"{Json}; charset=utf-8";
        PipeWriter body = httpContext.Response.BodyWriter;
        body.Write(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $$"""{"stepSeconds":{{stepSeconds}},"windows":[""")));
        bool first = true;
        foreach (byte[] window in windows)
        {
            if (!first)
                body.Write(","u8);
            first = false;
            body.Write(window);
            if (body.UnflushedBytes > SentTogether)
                await body.FlushAsync(httpContext.RequestAborted);
        }

        body.Write("]}"u8);
        await body.FlushAsync(httpContext.RequestAborted);
    }
}

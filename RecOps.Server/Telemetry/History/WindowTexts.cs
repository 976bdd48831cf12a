using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;

namespace RecOps.Server.Telemetry.History;

/// <summary>
/// Windows as JSON. A past second does not change, so its window is merged and serialized once, on first request, and not for every console
/// that opens: those of an hour cost 0.1 s of CPU time. The text is dropped with its second.
/// </summary>
internal sealed class WindowTexts(IOptions<JsonOptions> json)
{
    private readonly ConditionalWeakTable<TelemetrySlice, byte[]> _alone = [];

    /// <param name="slices">Oldest first, at least one.</param>
    public byte[] Of(ReadOnlySpan<TelemetrySlice> slices) =>
        slices.Length == 1 ? _alone.GetValue(slices[0], slice => Write([slice])) : Write(slices);

    private byte[] Write(ReadOnlySpan<TelemetrySlice> slices) =>
        JsonSerializer.SerializeToUtf8Bytes(TelemetryWindows.Of(slices), json.Value.SerializerOptions);
}

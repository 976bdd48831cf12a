using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.Playwright;

namespace RecOps.Tests.Browser;

/// <summary>What a page fetches: from where, and how many bytes came over the wire, compressed and with headers.</summary>
internal sealed class NetworkTally
{
    private readonly ConcurrentDictionary<string, string> _urls = new();
    private readonly ConcurrentDictionary<string, long> _bytes = new();

    public IEnumerable<string> Urls => _urls.Values;

    /// <summary>Bytes of completed responses.</summary>
    public long Bytes => _bytes.Values.Sum();

    /// <summary>Bytes of the console's own files: API traffic grows with the time that it is open.</summary>
    public long FileBytes => _bytes.Where(entry => !_urls[entry.Key].Contains("/api/", StringComparison.Ordinal)).Sum(entry => entry.Value);

    public int Requests => _bytes.Count;

    public static async Task<NetworkTally> OfAsync(IPage page)
    {
        NetworkTally tally = new();
        ICDPSession session = await page.Context.NewCDPSessionAsync(page);
        session.Event("Network.requestWillBeSent").OnEvent += (_, sent) =>
            tally._urls[Text(sent!.Value, "requestId")] = sent.Value.GetProperty("request").GetProperty("url").GetString()!;
        session.Event("Network.loadingFinished").OnEvent += (_, ended) =>
            tally._bytes[Text(ended!.Value, "requestId")] = (long)ended.Value.GetProperty("encodedDataLength").GetDouble();
        await session.SendAsync("Network.enable");
        return tally;
    }

    /// <summary>Largest first, to find out why it is too much.</summary>
    public override string ToString() =>
        string.Join('\n', _bytes.OrderByDescending(entry => entry.Value).Take(10).Select(entry => $"{entry.Value} {_urls[entry.Key]}"));

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;
}

namespace RecOps.Server.Events;

internal sealed class SharedHistory
{
    private int _n;
    public ValueTask FetchAsync(string userId, TimeSpan deadline) { _n++; return default; }
}

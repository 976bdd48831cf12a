using System.Net;
using System.Net.Sockets;
using System.Threading.RateLimiting;
using Microsoft.Extensions.Options;

namespace RecOps.Server.Security;

/// <summary>
/// How often one address may try to sign in, how many attempts may be underway, and that those for one name come one after the other. Not
/// the framework's middleware, which never disposes its limiter: a timer of that would hold the whole server for as long as the process
/// lives, also one that has ended. Safe from any thread.
/// </summary>
internal sealed class SignInGate : IDisposable
{
    /// <summary>Of strangers, and as many more of those who signed in from their browser before.</summary>
    public const int MostUnderway = 40;

    /// <summary>A guess, for those who find no place: a password of a stranger takes about half a second, with the rest after it.</summary>
    private static readonly TimeSpan PlaceFrees = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);
    private readonly PartitionedRateLimiter<string>? _byAddress;
    private readonly SemaphoreSlim[] _places = [new(MostUnderway), new(MostUnderway)];

    // A fixed number, which names share: a lock for each name ever tried would be for the trier to fill the memory with.
    private readonly SemaphoreSlim[] _strangers = NewTurns();
    private readonly SemaphoreSlim[] _known = NewTurns();

    public SignInGate(IOptions<RateLimitOptions> options)
    {
        if (!options.Value.Enabled)
            return;
        _byAddress = PartitionedRateLimiter.Create<string, string>(address =>
            RateLimitPartition.GetFixedWindowLimiter(
                address,
                _ => new FixedWindowRateLimiterOptions { PermitLimit = options.Value.SignInsPerMinute, Window = Window }
            )
        );
    }

    /// <summary>Counts an attempt from an address.</summary>
    /// <returns>How long to wait where there were too many; null to go on.</returns>
    public TimeSpan? Count(IPAddress? address)
    {
        if (_byAddress is null)
            return null;
        using RateLimitLease lease = _byAddress.AttemptAcquire(NetworkOf(address));
        return lease.IsAcquired ? null
            : lease.TryGetMetadata(MetadataName.RetryAfter, out TimeSpan after) ? after
            : Window;
    }

    /// <summary>Takes a place among those that are underway, and a turn among those for the same name or browser.</summary>
    /// <param name="isKnown">Whether they have signed in from their browser before.</param>
    /// <returns>Both end when it is disposed; null where there is no place.</returns>
    public async Task<IDisposable?> TryEnterAsync(string key, bool isKnown)
    {
        SemaphoreSlim places = _places[isKnown ? 1 : 0];
        if (!places.Wait(0))
            return null;
        SemaphoreSlim[] turns = isKnown ? _known : _strangers;
        SemaphoreSlim turn = turns[(uint)string.GetHashCode(key, StringComparison.Ordinal) % turns.Length];
        await turn.WaitAsync();
        return new Place(places, turn);
    }

    public static TimeSpan RetryAfter => PlaceFrees;

    public void Dispose() => _byAddress?.Dispose();

    private static SemaphoreSlim[] NewTurns() => [.. Enumerable.Range(0, 256).Select(_ => new SemaphoreSlim(1))];

    /// <summary>Whoever has one address of IPv6 has the 2⁶⁴ of its network.</summary>
    private static string NetworkOf(IPAddress? address)
    {
        if (address is null)
            return "";
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        return address.AddressFamily == AddressFamily.InterNetworkV6
            ? Convert.ToHexString(address.GetAddressBytes().AsSpan(0, 8))
            : address.ToString();
    }

    private sealed class Place(SemaphoreSlim places, SemaphoreSlim turn) : IDisposable
    {
        public void Dispose()
        {
            turn.Release();
            places.Release();
        }
    }
}

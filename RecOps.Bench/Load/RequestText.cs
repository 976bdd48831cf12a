using System.Buffers.Text;
using System.Text;

namespace RecOps.Bench.Load;

/// <summary>The bytes of a GET request on a persistent connection.</summary>
/// <param name="paths">Requested in turn. <c>{user}</c> becomes a user number of six digits or more, as in synthetic shops.</param>
/// <param name="headers">Additional header lines, each with its line end.</param>
internal sealed class RequestText(IReadOnlyList<string> paths, string host, UserDraw users, string headers = "")
{
    private const string Placeholder = "{user}";
    private const int MaxDigits = 10;
    private readonly (byte[] Before, byte[]? After)[] _parts = [.. paths.Select(path => Split(path, host, headers))];
    private int _next;

    /// <summary>A buffer size that is always sufficient.</summary>
    public int MaxLength => _parts.Max(part => part.Before.Length + MaxDigits + (part.After?.Length ?? 0));

    /// <returns>Number of bytes in the request.</returns>
    public int Write(Span<byte> target)
    {
        (byte[] before, byte[]? after) = _parts[_next];
        _next = (_next + 1) % _parts.Length;
        before.CopyTo(target);
        if (after is null)
            return before.Length;
        Utf8Formatter.TryFormat(users.Next(), target[before.Length..], out int digits, new System.Buffers.StandardFormat('D', 6));
        after.CopyTo(target[(before.Length + digits)..]);
        return before.Length + digits + after.Length;
    }

    private static (byte[] Before, byte[]? After) Split(string path, string host, string headers)
    {
        string end = $" HTTP/1.1\r\nHost: {host}\r\n{headers}\r\n";
        int at = path.IndexOf(Placeholder, StringComparison.Ordinal);
        return at < 0
            ? (Encoding.ASCII.GetBytes($"GET {path}{end}"), null)
            : (Encoding.ASCII.GetBytes($"GET {path[..at]}"), Encoding.ASCII.GetBytes(path[(at + Placeholder.Length)..] + end));
    }
}

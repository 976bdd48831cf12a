using System.Text.Unicode;
using CsvHelper;

namespace RecOps.Training.Import;

/// <summary>
/// A CSV file being read, plain or gzip (detected by content, not by name). Finds its columns and returns well-formed rows.
/// </summary>
internal sealed class CsvSource : IDisposable
{
    private const int MaxRowBytes = 1 << 20;
    private const int BufferBytes = 1 << 18;
    private readonly FileStream _file;
    private readonly CsvReader _reader;
    private readonly ImportReport _report;
    private string[] _headers = [];
    private long _problemsBefore;

    private CsvSource(string path, FileStream file, Stream content, ImportReport report)
    {
        Path = path;
        _file = file;
        _report = report;
        _problemsBefore = report.Total;
        _reader = CsvReader.Create(
            content,
            new CsvReaderOptions
            {
                Separator = ',',
                TrackLineNumbers = true,
                TrimWhitespace = true,
                TrimInsideQuotes = true,
                PoolStrings = true,
                BufferSize = BufferBytes,
                MaxRecordSize = MaxRowBytes,
                MalformedData = CsvMalformedDataHandling.Skip,
                OnMalformedRecord = ReportMalformed,
            }
        );
    }

    private static ReadOnlySpan<byte> GzipMagic => [0x1f, 0x8b];

    private static ReadOnlySpan<byte> Utf16Little => [0xff, 0xfe];

    private static ReadOnlySpan<byte> Utf16Big => [0xfe, 0xff];

    public string Path { get; }

    /// <summary>Column names of the file.</summary>
    public IReadOnlyList<string> Headers => _headers;

    /// <summary>The row that <see cref="Read"/> stopped at.</summary>
    public CsvReader Row => _reader;

    /// <summary>Rows read so far, good or bad.</summary>
    public long RowsSeen { get; private set; }

    /// <summary>The file could not be read to its end; the report says why.</summary>
    public bool Failed { get; private set; }

    /// <summary>Bytes of the file on disk, and how many of them have been read.</summary>
    public long Length => _file.Length;

    public long Position => _file.Position;

    /// <summary>The current row has a problem and must not be used.</summary>
    public bool RowIsBad => _report.Total > _problemsBefore;

    /// <summary>Opens a file and checks its header.</summary>
    /// <param name="required">Columns it must have.</param>
    /// <returns>Null when the file cannot be used; the report says why.</returns>
    public static CsvSource? Open(string path, string[] required, ImportReport report)
    {
        FileStream file;
        try
        {
            if (Directory.Exists(path))
            {
                report.Add(ProblemKind.UnreadableFile, path, 0, null, "the path is a directory; give the path of a CSV file.");
                return null;
            }

            file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, BufferBytes, FileOptions.SequentialScan);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            report.Add(ProblemKind.FileNotFound, path, 0, null, "the file does not exist; check the path.");
            return null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            report.Add(ProblemKind.UnreadableFile, path, 0, null, $"the file cannot be opened: {error.Message}");
            return null;
        }

        CsvSource? source = null;
        try
        {
            Stream? content = Decompress(path, file, report);
            if (content is null)
                return null;
            source = new CsvSource(path, file, content, report);
            if (!source.ReadHeader(required))
                return null;
            CsvSource opened = source;
            source = null;
            file = null!;
            return opened;
        }
        finally
        {
            source?.Dispose();
            file?.Dispose();
        }
    }

    /// <summary>Moves to the next well-formed row and reports the malformed ones before it.</summary>
    /// <returns>False at the end of the file, or where it cannot be read any further.</returns>
    public bool Read()
    {
        EndRow();
        while (Advance())
        {
            RowsSeen++;
            _problemsBefore = _report.Total;
            if (!Utf8.IsValid(_reader.RawRecord))
            {
                Report(ProblemKind.UnparsableRow, -1, "the row is not UTF-8 text; save the file as UTF-8.");
            }
            else if (_reader.FieldCount != _headers.Length)
            {
                Report(
                    ProblemKind.WrongFieldCount,
                    -1,
                    $"the row has {_reader.FieldCount} fields, but the header has {_headers.Length}; put quotes around values that "
                        + $"contain a comma."
                );
            }
            else
            {
                return true;
            }

            EndRow();
        }

        return false;
    }

    /// <summary>Index of a column, or -1 when the file does not have it.</summary>
    public int IndexOf(string column) => Array.FindIndex(_headers, header => header.Equals(column, StringComparison.OrdinalIgnoreCase));

    /// <summary>Reports a problem with the current row.</summary>
    /// <param name="column">Index of the column; -1 for the whole row.</param>
    public void Report(ProblemKind kind, int column, string message) =>
        _report.Add(kind, Path, _reader.LineNumber, column < 0 ? null : _headers[column], message);

    public void Dispose()
    {
        _reader.Dispose();
        _file.Dispose();
    }

    private static Stream? Decompress(string path, FileStream file, ImportReport report)
    {
        Span<byte> start = stackalloc byte[4];
        int read;
        try
        {
            read = file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        }
        catch (IOException error)
        {
            report.Add(ProblemKind.UnreadableFile, path, 0, null, $"the file cannot be read: {error.Message}");
            return null;
        }

        start = start[..read];
        file.Position = 0;
        if (start.StartsWith(GzipMagic))
            return new GzipInput(file);
        if (start.StartsWith("PK\x03\x04"u8))
        {
            report.Add(
                ProblemKind.UnreadableFile,
                path,
                0,
                null,
                "the file is a ZIP archive; unpack it and give the CSV file in it, plain or gzip."
            );
            return null;
        }

        // UTF-16 text has zero bytes too, but only after its byte order mark.
        bool binary = start.ContainsAnyInRange((byte)0, (byte)8) && !start.StartsWith(Utf16Little) && !start.StartsWith(Utf16Big);
        if (path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) && binary)
        {
            report.Add(
                ProblemKind.UnreadableFile,
                path,
                0,
                null,
                "the file is named .gz but is neither gzip nor text; compress the CSV file again with gzip."
            );
            return null;
        }

        return file;
    }

    private bool ReadHeader(string[] required)
    {
        if (!Guard(_reader.ReadHeader))
            return false;
        _headers = [.. _reader.Headers.Select(header => header.Trim())];
        if (_headers.All(string.IsNullOrEmpty))
        {
            _report.Add(
                ProblemKind.EmptyFile,
                Path,
                0,
                null,
                $"the file is empty; its first line must name the columns, at least {string.Join(',', required)}."
            );
            return false;
        }

        bool usable = true;
        foreach (string column in required.Where(column => IndexOf(column) < 0))
        {
            usable = false;
            string hint =
                _headers is [var only] && only.AsSpan().IndexOfAny(";\t|") is >= 0 and var at
                    ? $" The columns seem to be separated by {(only[at] == '\t' ? "tabs" : $"'{only[at]}'")}; use commas."
                    : "";
            _report.Add(
                ProblemKind.MissingColumn,
                Path,
                1,
                column,
                $"the column is missing; the file has {string.Join(", ", _headers)}. Add the column or rename one.{hint}"
            );
        }

        foreach (
            IGrouping<string, string> group in _headers
                .Where(header => header.Length > 0)
                .GroupBy(header => header, StringComparer.OrdinalIgnoreCase)
        )
        {
            if (group.Count() == 1)
                continue;
            usable = false;
            _report.Add(
                ProblemKind.DuplicateColumn,
                Path,
                1,
                group.Key,
                $"{group.Count()} columns have this name; rename or remove all but one."
            );
        }

        return usable;
    }

    private bool Advance()
    {
        bool more = false;
        return Guard(() => more = _reader.Read()) && more;
    }

    private void EndRow()
    {
        if (RowIsBad)
            _report.AddBadRow();
        _problemsBefore = _report.Total;
    }

    private void ReportMalformed(CsvMalformedRecord record)
    {
        string message = record.Reason switch
        {
            CsvMalformedReason.StrayQuote =>
                "there is a quote inside an unquoted value; quote the whole value and double the quotes in it.",
            CsvMalformedReason.TextAfterClosingQuote => "text follows a closing quote; double the quotes inside a quoted value.",
            CsvMalformedReason.UnterminatedQuote => "a quoted value is never closed; add its closing quote.",
            _ => $"the row cannot be parsed ({record.Reason}).",
        };
        _report.Add(ProblemKind.UnparsableRow, Path, record.LineNumber, null, message);
        _report.AddBadRow();
        _problemsBefore = _report.Total;
        RowsSeen++;
    }

    /// <summary>Reports errors that stop reading the file as problems of that file.</summary>
    private bool Guard(Action read)
    {
        try
        {
            read();
            return true;
        }
        catch (InvalidDataException error)
        {
            _report.Add(
                ProblemKind.UnreadableFile,
                Path,
                0,
                null,
                $"the file is not valid gzip ({error.Message}); compress it again, or give the plain CSV file."
            );
        }
        catch (CsvFormatException error)
        {
            _report.Add(
                ProblemKind.UnreadableFile,
                Path,
                error.LineNumber,
                null,
                $"a row is longer than {MaxRowBytes >> 20} MB, almost always because a quote is never closed; add the closing quote. "
                    + $"({error.Message})"
            );
        }
        catch (IOException error)
        {
            _report.Add(ProblemKind.UnreadableFile, Path, 0, null, $"the file cannot be read: {error.Message}");
        }

        _problemsBefore = _report.Total;
        Failed = true;
        return false;
    }
}

using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Logging;

namespace Lineup.Access.Audit;

/// <summary>
/// Appends entries as JSON, one a line, to <c>audit-yyyyMMdd-process-n.jsonl</c>. Several processes may share a folder: each writes to
/// files of its own, told apart by a word that it draws. Any thread may call; changes are rare, so a write may take its time.
/// </summary>
public sealed partial class AuditLog(AuditOptions options, TimeProvider clock, ILogger<AuditLog> logger) : IDisposable
{
    private const string DayFormat = "yyyyMMdd";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    private readonly Lock _writing = new();
    private readonly string _process = RandomNumberGenerator.GetHexString(8, lowercase: true);
    private FileStream? _file;
    private string? _day;
    private int _files;
    private long _failures;

    /// <summary>Entries that could not be written; each is in the process's log.</summary>
    public long Failures => Interlocked.Read(ref _failures);

    public void Write(AuditEntry entry)
    {
        if (options.Folder is null)
        {
            LogChange(entry.Caller, entry.Method, entry.Path, entry.Outcome, entry.Status);
            return;
        }

        var line = JsonSerializer.SerializeToUtf8Bytes(entry, Json);
        try
        {
            lock (_writing)
            {
                var file = Open(options.Folder, entry.Time.UtcDateTime.ToString(DayFormat, CultureInfo.InvariantCulture));
                file.Write([.. line, (byte)'\n']);
                file.Flush();
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            Interlocked.Increment(ref _failures);
            lock (_writing)
                Close();
            LogFailure(error, System.Text.Encoding.UTF8.GetString(line));
        }
    }

    public void Dispose()
    {
        lock (_writing)
            Close();
    }

    private FileStream Open(string folder, string day)
    {
        if (_file is not null && _day == day && _file.Length < options.MaxFileBytes)
            return _file;
        Close();
        Directory.CreateDirectory(folder);
        RemoveOld(folder);
        var path = Path.Combine(folder, $"audit-{day}-{_process}-{++_files}.jsonl");
        (_file, _day) = (new(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read), day);
        return _file;
    }

    private void RemoveOld(string folder)
    {
        var oldest = clock.GetUtcNow().UtcDateTime.Date.AddDays(-options.KeepDays).ToString(DayFormat, CultureInfo.InvariantCulture);
        foreach (var path in Directory.GetFiles(folder, "audit-????????-*-*.jsonl"))
        {
            if (string.CompareOrdinal(Path.GetFileName(path).Substring("audit-".Length, DayFormat.Length), oldest) < 0)
                File.Delete(path);
        }
    }

    private void Close()
    {
        try
        {
            _file?.Dispose();
        }
        catch (IOException)
        {
            // What it had not written is what failed before.
        }

        _file = null;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Caller}: {Method} {Path}, {Outcome} ({Status}).")]
    private partial void LogChange(string caller, string method, string path, string outcome, int status);

    [LoggerMessage(Level = LogLevel.Error, Message = "The audit log could not be written. The entry: {Entry}")]
    private partial void LogFailure(Exception error, string entry);
}

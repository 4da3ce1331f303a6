using System.Text.Json;
using Lineup.Access.Audit;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Lineup.Access.Tests.Audit;

public sealed class AuditLogTests : IDisposable
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("lineup-audit-");
    private readonly FakeTimeProvider _clock = new(Noon);

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Write_Entries_AreLinesOfJson()
    {
        using (var log = Log())
        {
            log.Write(Entry(Noon, "/api/models/a\nb"));
            log.Write(Entry(Noon.AddSeconds(1), "/second"));
        }

        var lines = Lines(Assert.Single(Files()));
        Assert.Matches("^audit-20260301-[0-9a-f]{8}-1.jsonl$", Files()[0]);
        Assert.Equal(["/api/models/a\nb", "/second"], lines.Select(line => line.GetProperty("path").GetString()));
        Assert.Equal("camera", lines[0].GetProperty("caller").GetString());
    }

    [Fact]
    public void Write_NextDay_BeginsANewFileAndDropsWhatIsTooOld()
    {
        File.WriteAllText(Path.Combine(_folder.FullName, "audit-20260220-0123abcd-1.jsonl"), "{}\n");
        File.WriteAllText(Path.Combine(_folder.FullName, "audit-20260227-0123abcd-1.jsonl"), "{}\n");
        using var log = Log(keepDays: 2);
        log.Write(Entry(Noon, "/first"));

        _clock.Advance(TimeSpan.FromDays(1));
        log.Write(Entry(_clock.GetUtcNow(), "/second"));

        Assert.Equal(["audit-20260301", "audit-20260302"], Files().Select(file => file[..14]));
    }

    [Fact]
    public void Write_BeyondTheSize_BeginsANewFile()
    {
        using var log = Log(maxFileBytes: 1000);

        for (var i = 0; i < 20; i++)
            log.Write(Entry(Noon, $"/{i}"));

        Assert.True(Files().Length > 2);
        Assert.Equal(20, Files().Sum(file => Lines(file).Count));
        Assert.All(Files(), file => Assert.InRange(new FileInfo(Path.Combine(_folder.FullName, file)).Length, 1, 1500));
    }

    [Fact]
    public void Write_TwoProcesses_DoNotWriteOverEachOther()
    {
        using var one = Log();
        using var other = Log();

        for (var i = 0; i < 10; i++)
        {
            one.Write(Entry(Noon, "/one"));
            other.Write(Entry(Noon, "/other"));
        }

        Assert.Equal(20, Files().Sum(file => Lines(file).Count));
    }

    [Fact]
    public void Write_WhereNothingCanBeWritten_IsCountedAndDoesNotThrow()
    {
        var file = Path.Combine(_folder.FullName, "no-folder");
        File.WriteAllText(file, "");
        using var log = new AuditLog(new() { Folder = file }, _clock, NullLogger<AuditLog>.Instance);

        log.Write(Entry(Noon, "/lost"));

        Assert.Equal(1, log.Failures);
    }

    private AuditLog Log(long maxFileBytes = 1 << 20, int keepDays = 400) =>
        new(new() { Folder = _folder.FullName, MaxFileBytes = maxFileBytes, KeepDays = keepDays }, _clock, NullLogger<AuditLog>.Instance);

    private static AuditEntry Entry(DateTimeOffset time, string path) => new(time, "abc", "camera", "127.0.0.1", "POST", path, null, 200, "done", null);

    private string[] Files() => [.. _folder.GetFiles().Select(file => file.Name).Order(StringComparer.Ordinal)];

    private List<JsonElement> Lines(string file)
    {
        using var stream = new FileStream(Path.Combine(_folder.FullName, file), FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(stream);
        return [.. reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement.Clone())];
    }
}

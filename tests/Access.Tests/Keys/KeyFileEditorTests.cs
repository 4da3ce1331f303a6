using Lineup.Access.Keys;

namespace Lineup.Access.Tests.Keys;

public sealed class KeyFileEditorTests : IDisposable
{
    private readonly KeyFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Add_Keys_AreFoundAndTheFileHoldsNoSecret()
    {
        var camera = await _folder.AddAsync("camera", rate: 2.5);
        var admin = await _folder.AddAsync("admin", KeyRole.Operate);

        var keys = _folder.Editor.Read();

        var ring = new KeyRing(keys);
        Assert.Equal(("camera", KeyRole.Infer, 2.5), (ring.Find(camera)!.Name, ring.Find(camera)!.Role, ring.Find(camera)!.RequestsPerSecond));
        Assert.Equal(("admin", KeyRole.Operate), (ring.Find(admin)!.Name, ring.Find(admin)!.Role));
        var text = await File.ReadAllTextAsync(_folder.Path, TestContext.Current.CancellationToken);
        Assert.DoesNotContain(camera.Split('_')[^1], text, StringComparison.Ordinal);
        Assert.DoesNotContain(admin.Split('_')[^1], text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Add_NewFile_IsForItsOwnerAlone()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such modes");

        await _folder.AddAsync("camera");

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, OperatingSystem.IsWindows() ? default : File.GetUnixFileMode(_folder.Path));
    }

    [Fact]
    public async Task Add_TheSameName_IsRefusedAndLeavesTheFile()
    {
        await _folder.AddAsync("camera");
        var before = await File.ReadAllBytesAsync(_folder.Path, TestContext.Current.CancellationToken);

        await Assert.ThrowsAsync<InvalidDataException>(() => _folder.AddAsync("camera"));

        Assert.Equal(before, await File.ReadAllBytesAsync(_folder.Path, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Add_AtTheSameTime_LosesNone()
    {
        await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Task.Run(() => _folder.AddAsync($"key-{i}"))));

        Assert.Equal(20, _folder.Editor.Read().Count);
    }

    [Fact]
    public async Task Add_BrokenFile_IsRefusedAndKept()
    {
        await File.WriteAllTextAsync(_folder.Path, "{\"schema\":1", TestContext.Current.CancellationToken);

        await Assert.ThrowsAsync<InvalidDataException>(() => _folder.AddAsync("camera"));

        Assert.Equal("{\"schema\":1", await File.ReadAllTextAsync(_folder.Path, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Remove_ByNameOrId_TakesTheKeyAway()
    {
        var first = await _folder.AddAsync("first");
        await _folder.AddAsync("second");
        ApiKey.TryGetId(first, out var id);

        var byId = await _folder.Editor.RemoveAsync(id!, TestContext.Current.CancellationToken);
        var byName = await _folder.Editor.RemoveAsync("second", TestContext.Current.CancellationToken);
        var none = await _folder.Editor.RemoveAsync("third", TestContext.Current.CancellationToken);

        Assert.Equal(("first", "second", (string?)null), (byId!.Name, byName!.Name, none?.Name));
        Assert.Empty(_folder.Editor.Read());
        Assert.Null(new KeyRing(_folder.Editor.Read()).Find(first));
    }
}

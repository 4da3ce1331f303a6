using Lineup.Access.Keys;

namespace Lineup.Access.Tests.Keys;

public sealed class KeyRingTests : IDisposable
{
    private readonly KeyFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Find_AlmostTheKey_IsNobody()
    {
        var key = await _folder.AddAsync("camera");
        var ring = new KeyRing(_folder.Editor.Read());

        foreach (var wrong in (string[])[key[..^1], key + "A", key.ToUpperInvariant(), "", "lineup_", "lineup_camera_", key[..18], ring.Find(key)!.Sha256])
            Assert.Null(ring.Find(wrong));
    }

    [Fact]
    public void Find_TheConfiguredKey_MayDoEverything()
    {
        var ring = new KeyRing([], "a key that stands in the settings");

        Assert.Equal(KeyRole.Operate, ring.Find("a key that stands in the settings")!.Role);
        Assert.Null(ring.Find("a key that stands in the setting"));
    }

    [Theory]
    [InlineData("", "nothing")]
    [InlineData("null", "nothing")]
    [InlineData("{}", "schema")]
    [InlineData("{\"schema\":2,\"keys\":[]}", "schema")]
    [InlineData("{\"schema\":1,\"keys\":[null]}", "no id")]
    [InlineData("{\"schema\":1,\"keys\":[{\"id\":\"a\",\"name\":\"b\",\"role\":\"god\",\"sha256\":\"\",\"created\":\"2026-01-01T00:00:00Z\"}]}", "role")]
    [InlineData("{\"schema\":1,\"keys\":[{\"id\":\"a\",\"name\":\"b\",\"role\":\"infer\",\"sha256\":\"00\",\"created\":\"2026-01-01T00:00:00Z\"}]}", "hash")]
    [InlineData("{\"schema\":1,\"keys\":[],\"key\":\"x\"}", "key")]
    public void TryParse_WhatIsNoFileOfKeys_SaysWhy(string text, string word)
    {
        var isOne = KeyFile.TryParse(System.Text.Encoding.UTF8.GetBytes(text), out _, out var problem);

        Assert.False(isOne);
        if (text.Length > 0)
            Assert.Contains(word, problem, StringComparison.Ordinal);
    }
}

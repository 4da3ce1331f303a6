using System.Buffers;
using System.Security.Cryptography;
using Lineup.Frontend.Page.Shell;
using Lineup.GrainInterfaces.Catalog;

namespace Lineup.Page.Tests.Shell;

public sealed class PackedStateTests
{
    private readonly PackedState<ModelsSnapshot> _state = new();

    [Fact]
    public void Restore_WhatWasKept_LooksTheSame()
    {
        var seen = Problems(3, reason: "malformed");

        var restored = _state.Restore(Persist(seen));

        Assert.True(restored.LooksLike(seen));
    }

    [Fact]
    public void Persist_MoreThanFits_KeepsNothing()
    {
        // Text that does not compress.
        var tooMuch = Problems(5_000, reason: null);

        var kept = Persist(tooMuch);

        Assert.True(kept.IsEmpty);
        Assert.Null(_state.Restore(kept));
    }

    private static ModelsSnapshot Problems(int count, string? reason) => new(
        [],
        [.. Enumerable.Range(0, count).Select(i => new RepositoryProblem($"model-{i}", reason ?? RandomNumberGenerator.GetHexString(128)))],
        IsReachable: true);

    private ReadOnlySequence<byte> Persist(ModelsSnapshot seen)
    {
        var writer = new ArrayBufferWriter<byte>();
        _state.Persist(seen, writer);
        return new(writer.WrittenMemory);
    }
}

using Lineup.ModelRepository.Manifests;
using Lineup.Training.Data;

namespace Lineup.Training.Tests.Data;

public sealed class BatchFeederTests
{
    private static readonly InputSpecification Input = new() { Width = 2, Height = 2, Scale = 1 };

    [Fact]
    public async Task ReadAsync_OfEpoch_ShowsNoPictureTwice()
    {
        var batches = await ReadAsync(0, 0);

        var shown = batches.SelectMany(batch => batch.Images.Chunk(12).Select(picture => picture[0])).ToArray();

        Assert.Equal(3, batches.Count);
        Assert.Equal(12, shown.Distinct().Count());
    }

    [Fact]
    public async Task ReadAsync_OfSameEpoch_GivesSameBatches() => AssertEqual(await ReadAsync(2, 0), await ReadAsync(2, 0));

    [Fact]
    public async Task ReadAsync_FromLaterStep_GivesRestOfSameEpoch() => AssertEqual((await ReadAsync(2, 0))[1..], await ReadAsync(2, 1));

    [Fact]
    public async Task ReadAsync_OfAnotherEpoch_HasAnotherOrder() =>
        Assert.NotEqual((await ReadAsync(0, 0))[0].Images, (await ReadAsync(1, 0))[0].Images);

    [Fact]
    public async Task ReadAsync_OfTwoEpochs_ShowsEachPictureBothWays()
    {
        var set = new TrainingSet
        {
            Pictures = PictureBank.Of([.. Enumerable.Range(0, 64).Select(i => new DecodedPicture([(byte)i, 0, 0, (byte)(100 + i), 0, 0], 2, 1))]),
        };
        using var feeder = new BatchFeeder(set, new() { Width = 2, Height = 1, Scale = 1 }, new(64, 2, new() { Flip = true }, 0, 5));
        var mirrored = new List<bool[]>();
        for (var epoch = 0; epoch < 2; epoch++)
        {
            await foreach (var batch in feeder.ReadAsync(epoch, 0, TestContext.Current.CancellationToken))
                mirrored.Add([.. batch.Images.Chunk(6).OrderBy(picture => Math.Min(picture[0], picture[1])).Select(picture => picture[0] > picture[1])]);
        }

        Assert.All(mirrored[0].Zip(mirrored[1]), pair => Assert.NotEqual(pair.First, pair.Second));
        Assert.InRange(mirrored[0].Count(one => one), 16, 48);
    }

    [Fact]
    public async Task ReadAsync_WithLabelSmoothing_GivesDistributionsThatFavourTheClass()
    {
        var batch = (await ReadAsync(0, 0, smoothing: 0.1))[0];

        for (var i = 0; i < 4; i++)
        {
            var (picture, target) = (batch.Images[i * 12], batch.Targets[(i * 2)..((i + 1) * 2)]);
            Assert.Equal(1, target.Sum(), 1e-6);
            Assert.Equal(0.95f, target[(int)picture % 2], 1e-6f);
        }
    }

    [Fact]
    public async Task ReadAsync_AfterBatchWasGivenBack_ClearsItsTargets()
    {
        using var feeder = new BatchFeeder(Set(13), Input, new(4, 2, Augmentation.None, 0, 5));
        for (var epoch = 0; epoch < 5; epoch++)
        {
            await foreach (var batch in feeder.ReadAsync(epoch, 0, TestContext.Current.CancellationToken))
            {
                Assert.Equal(4, batch.Targets.Sum());
                feeder.Return(batch);
            }
        }
    }

    [Fact]
    public async Task ReadAsync_LeftEarly_Ends()
    {
        using var feeder = new BatchFeeder(Set(4000), Input, new(4, 2, Augmentation.None, 0, 5));
        await foreach (var batch in feeder.ReadAsync(0, 0, TestContext.Current.CancellationToken))
        {
            if (batch.Step == 3)
                break;
        }

        await foreach (var batch in feeder.ReadAsync(1, 998, TestContext.Current.CancellationToken))
            Assert.InRange(batch.Step, 998, 999);
    }

    [Fact]
    public async Task ReadAsync_WhenCancelled_Ends()
    {
        using var feeder = new BatchFeeder(Set(4000), Input, new(4, 2, Augmentation.None, 0, 5));
        using var stop = new CancellationTokenSource();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var batch in feeder.ReadAsync(0, 0, stop.Token))
                await stop.CancelAsync();
        });
    }

    [Fact]
    public void BatchFeeder_OfFewerPicturesThanBatch_SaysSo()
    {
        var error = Assert.Throws<TrainingException>(() => new BatchFeeder(Set(3), Input, new(4, 2, Augmentation.None, 0, 5)));

        Assert.Contains("a batch of 4", error.Message);
    }

    private static void AssertEqual(List<Batch> one, List<Batch> other)
    {
        Assert.Equal(one.Count, other.Count);
        Assert.All(one.Zip(other), pair =>
        {
            Assert.Equal(pair.First.Step, pair.Second.Step);
            Assert.Equal(pair.First.Images, pair.Second.Images);
            Assert.Equal(pair.First.Targets, pair.Second.Targets);
        });
    }

    private static async Task<List<Batch>> ReadAsync(int epoch, int firstStep, double smoothing = 0)
    {
        using var feeder = new BatchFeeder(Set(13), Input, new(4, 2, new() { Shift = 1, Flip = true }, smoothing, 5));
        var batches = new List<Batch>();
        await foreach (var batch in feeder.ReadAsync(epoch, firstStep, TestContext.Current.CancellationToken))
            batches.Add(batch);
        return batches;
    }

    /// <summary>Plain pictures: every value of picture i is i, and its class is i mod 2.</summary>
    private static TrainingSet Set(int count) => new()
    {
        Pictures = PictureBank.Of([.. Enumerable.Range(0, count).Select(i => new DecodedPicture([.. Enumerable.Repeat((byte)i, 12)], 2, 2))]),
        Classes = [.. Enumerable.Range(0, count).Select(i => i % 2)],
    };
}

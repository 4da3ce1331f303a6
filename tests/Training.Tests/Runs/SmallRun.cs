using Lineup.ModelRepository.Manifests;
using Lineup.Training.Data;
using Lineup.Training.Recipes;

namespace Lineup.Training.Tests.Runs;

/// <summary>A task that a few steps solve: which of three colours is strongest in an 8x8 picture of much noise.</summary>
internal static class SmallRun
{
    public static InputSpecification Input { get; } = new() { Width = 8, Height = 8, ResizeShorterSide = 8, CenterCrop = 8, Mean = [0.5, 0.5, 0.5], Std = [0.25, 0.25, 0.25] };

    public static TrainingRecipe Recipe { get; } = new()
    {
        Name = "colours",
        Title = "Strongest colour",
        Data = new() { Name = "colours", Classes = ["red", "green", "blue"] },
        Input = Input,
        Network = new() { Stem = 4, StemFromPictures = true, Stages = [new() { Width = 8, Blocks = 1 }] },
        Augmentation = new() { Shift = 1, Flip = true, Cutout = 2 },
        Schedule = new() { Peak = 0.05, WarmUpEpochs = 1 },
        Optimizer = new() { WeightDecay = 5e-4 },
        Averaging = new() { Decay = 0.8 },
        LabelSmoothing = 0.05,
        Batch = 16,
        Epochs = 4,
    };

    public static TrainingSet Set(int count, int seed)
    {
        var pictures = Enumerable.Range(0, count).Select(i =>
        {
            var draws = new Draws(seed, 0, i);
            var pixels = new byte[8 * 8 * 3];
            for (var p = 0; p < pixels.Length; p++)
                pixels[p] = (byte)(draws.Below(180) + (p % 3 == i % 3 ? 60 : 0));
            return new DecodedPicture(pixels, 8, 8);
        });
        return new() { Pictures = PictureBank.Of([.. pictures]), Classes = [.. Enumerable.Range(0, count).Select(i => i % 3)] };
    }

    public static TrainingData Data { get; } = TrainingData.Of("colours", Set(150, 1), Set(60, 2));
}

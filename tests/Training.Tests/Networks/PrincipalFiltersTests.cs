using Lineup.Compression.Onnx;
using Lineup.ModelRepository.Manifests;
using Lineup.TestSupport;
using Lineup.Training.Data;
using Lineup.Training.Networks;

namespace Lineup.Training.Tests.Networks;

public sealed class PrincipalFiltersTests
{
    [Fact]
    public void Decompose_OfSymmetricMatrix_GivesVectorsThatItOnlyStretches()
    {
        const int size = 9;
        var draws = new Draws(1, 2, 3);
        var matrix = new double[size * size];
        for (var i = 0; i < size; i++)
        {
            for (var j = 0; j <= i; j++)
                matrix[(i * size) + j] = matrix[(j * size) + i] = draws.Normal();
        }

        var (values, vectors) = SymmetricEigen.Decompose(matrix, size);

        Assert.Equal(values.OrderDescending(), values);
        for (var n = 0; n < size; n++)
        {
            var vector = vectors[(n * size)..((n + 1) * size)];
            Assert.Equal(1, vector.Sum(x => x * x), 1e-12);
            for (var i = 0; i < size; i++)
                Assert.Equal(values[n] * vector[i], Enumerable.Range(0, size).Sum(j => matrix[(i * size) + j] * vector[j]), 1e-10);
        }
    }

    [Fact]
    public void Fill_FromPictures_GivesUncorrelatedNumbersOfVarianceOne()
    {
        var input = new InputSpecification { Width = 32, Height = 32, Mean = [0.5, 0.5, 0.5], Std = [0.25, 0.25, 0.25] };
        using var reader = new PictureReader(32);
        var pictures = Enumerable.Range(0, 40).Select(seed =>
        {
            Assert.Null(reader.Read(TestImages.Png(Raster.Noise(32, 32, seed), PngColour.Rgb), out var picture));
            return picture!;
        }).ToArray();
        var set = new TrainingSet { Pictures = PictureBank.Of(pictures) };
        var model = ResidualNetwork.Build("small", new() { Stem = 12, Stages = [new() { Width = 4 }] }, input, 2, 1);

        PrincipalFilters.Fill(ResidualNetwork.StemWeight(model), set, input, 1);

        var conv = model.Graph.Nodes[0];
        using var session = GraphSession.LoadWithTaps(model, [conv.Output]);
        var augmenter = new Augmenter(input, Augmentation.None);
        var batch = TensorData.Create<float, object?>([40, 3, 32, 32], null, (values, _) =>
        {
            for (var i = 0; i < 40; i++)
            {
                var draws = default(Draws);
                augmenter.Prepare(pictures[i], ref draws, false, values.Slice(i * augmenter.Length, augmenter.Length));
            }
        });
        var seen = session.Run(batch)[1].ToArray<float>();

        // Away from the edges, where the convolution sees zeros.
        var columns = Enumerable.Range(0, 12).Select(c => Inner(seen, c)).ToArray();
        for (var a = 0; a < 6; a++)
        {
            Assert.InRange(Covariance(columns[a], columns[a]), 0.85, 1.15);
            Assert.Equal(columns[a].Select(x => -x), columns[a + 6], (x, y) => Math.Abs(x - y) < 1e-4);
            for (var b = 0; b < a; b++)
                Assert.InRange(Covariance(columns[a], columns[b]), -0.1, 0.1);
        }
    }

    private static float[] Inner(float[] seen, int channel) =>
    [
        .. from n in Enumerable.Range(0, 40)
           from y in Enumerable.Range(1, 30)
           from x in Enumerable.Range(1, 30)
           select seen[(((((n * 12) + channel) * 32) + y) * 32) + x],
    ];

    private static double Covariance(float[] one, float[] other) =>
        one.Zip(other).Average(pair => (double)pair.First * pair.Second) - ((double)one.Average() * other.Average());
}

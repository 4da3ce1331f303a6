using Lineup.Compression.Calibration;
using Lineup.Compression.Tests.Pictures;
using Lineup.Inference.Imaging;
using Lineup.ModelRepository.Manifests;
using Lineup.TestSupport;

namespace Lineup.Compression.Tests.Calibration;

/// <summary>Synthetic photographs to calibrate small nets on.</summary>
internal static class CalibrationScene
{
    public static InputPlan Input(int side, TensorLayout layout = TensorLayout.Nchw) => new(new()
    {
        Width = side,
        Height = side,
        Layout = layout,
        Mean = [0.485, 0.456, 0.406],
        Std = [0.229, 0.224, 0.225],
    });

    public static CalibrationPictures Pictures(int side, int count = 6, TensorLayout layout = TensorLayout.Nchw, int firstSeed = 1)
    {
        using var folder = new PictureFolder();
        for (var i = 0; i < count; i++)
            folder.Add($"{i:00}.jpg", TestImages.Photograph(96, 96, firstSeed + i));
        using var set = folder.Open();
        return CalibrationPictures.Load(set, Input(side, layout), null, CancellationToken.None);
    }

    /// <summary>The tensors of all pictures, in order.</summary>
    public static float[][] Tensors(this CalibrationPictures pictures)
    {
        var tensors = new float[pictures.Count][];
        pictures.ForEach((i, tensor) => tensors[i] = tensor.ToArray(), CancellationToken.None);
        return tensors;
    }
}

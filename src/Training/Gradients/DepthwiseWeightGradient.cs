using Lineup.Compression.Onnx;

namespace Lineup.Training.Gradients;

/// <summary>
/// The gradient of the weights of a convolution whose maps see one channel each. There is no product of matrices in it, only one sum a
/// tap, and written so it is bound by memory (a slice, a product and a sum for each tap) or by bookkeeping (a convolution with three by
/// three results). So a product is made: rows of the output's gradient are cut into blocks of b pixels, and a convolution whose filters
/// are the b places in a block, and whose kernel walks from block to block, gives for each place r and each input column s that a block
/// reaches the sum over pictures, rows and blocks. Tap j is then the sum of what lies at s = stride r + dilation j. Of b + 2 columns 3
/// are used, but what is computed are matrices of b x 3 (b + 2), and the time is a third (measured with 144 channels of 56 x 56).
/// </summary>
internal static class DepthwiseWeightGradient
{
    /// <summary>Pixels of a block, where the width allows it: 7 to 28 are within a sixth of each other.</summary>
    private const long Block = 14;

    public static Value Add(Emitter emit, ConvGeometry geometry, Value gradient, Value input)
    {
        var (maps, batch, rows) = (geometry.OutputChannels, geometry.Batch, geometry.OutputHeight);
        var (block, blocks) = Cut(geometry.OutputWidth);
        var (stride, pads) = (geometry.Strides[1], geometry.Pads);
        var columns = (stride * (block - 1)) + geometry.Reach.Width + 1;
        var right = columns + (stride * block * (blocks - 1)) - geometry.Width - pads[1];
        var bottom = (geometry.Strides[0] * (rows - 1)) + geometry.Reach.Height + 1 - geometry.Height - pads[0];

        var places = emit.Transpose(gradient, 1, 0, 2, 3);
        if (blocks * block != geometry.OutputWidth)
            places = emit.Op("Pad", places, emit.Ints(0, 0, 0, 0, 0, 0, 0, (blocks * block) - geometry.OutputWidth));
        places = emit.Transpose(emit.Reshape(places, maps, batch * rows * blocks, block), 0, 2, 1);
        var planes = emit.Reshape(
            emit.Transpose(input, 1, 0, 2, 3), 1, geometry.Channels * batch, geometry.Height, geometry.Width);
        var sums = emit.Op("Conv", [planes, emit.Reshape(places, maps * block, batch, rows, blocks)], node =>
        {
            node.Set("dilations", geometry.Strides[0], stride * block);
            node.Set("strides", geometry.Dilations[0], 1);
            node.Set("pads", pads[0], pads[1], Math.Max(0, bottom), Math.Max(0, right));
            node.Set("group", geometry.Channels);
        });

        // Where strides leave the end of the picture unread, there are results beyond the last tap.
        var (height, width) = (geometry.KernelHeight, geometry.KernelWidth);
        sums = bottom < 0 ? emit.Slice(sums, 2, 0, height) : sums;
        sums = right < 0 ? emit.Slice(sums, 3, 0, columns) : sums;
        sums = emit.Transpose(emit.Reshape(sums, maps, block, height, columns), 0, 2, 1, 3);
        var taps = emit.Op("MatMul", emit.Reshape(sums, maps * height, block * columns), emit.Constant(Diagonals(geometry, block, columns)));
        return emit.Reshape(taps, maps, 1, height, width);
    }

    /// <summary>Pixels of a block and number of blocks: without a rest where the width has a fitting divisor.</summary>
    private static (long Block, long Blocks) Cut(long width)
    {
        if (width <= 2 * Block)
            return width % 2 == 0 && width > Block ? (width / 2, 2) : (width, 1);
        for (var distance = 0; distance <= Block / 2; distance++)
        {
            foreach (var block in new[] { Block + distance, Block - distance })
            {
                if (width % block == 0)
                    return (block, width / block);
            }
        }

        return (Block, (width + Block - 1) / Block);
    }

    /// <summary>[block x columns, width]: 1 where column s of place r is what tap j has seen.</summary>
    private static TensorData Diagonals(ConvGeometry geometry, long block, long columns)
    {
        var ones = new float[block * columns * geometry.KernelWidth];
        for (var place = 0L; place < block; place++)
        {
            for (var tap = 0L; tap < geometry.KernelWidth; tap++)
            {
                var column = (geometry.Strides[1] * place) + (geometry.Dilations[1] * tap);
                ones[(((place * columns) + column) * geometry.KernelWidth) + tap] = 1;
            }
        }

        return TensorData.Create(ones, block * columns, geometry.KernelWidth);
    }
}

using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.InteropServices;

namespace BpDao.Crypto;

/// <summary>blst's functions under their own names (bindings/blst.h). Its structures are rows of 64-bit limbs in Montgomery form: an element of Fp
/// has 6, of Fp2 12, of Fp12 72; an affine point is x, y; a projective one x, y, z. All zero is the point at infinity.</summary>
[SuppressMessage("Style", "IDE1006", Justification = "The names are the library's.")]
internal static unsafe partial class Blst
{
    /// <summary>Path of the library to use instead of the search.</summary>
    public const string PathVariable = "BPDAO_BLST_PATH";

    private const string Name = "blst";

    private static readonly NativeLibraryFile Library;

    static Blst()
    {
        if (NativeLibraryFile.TryOpen(Environment.GetEnvironmentVariable(PathVariable), ["libblst.so"], out Library, out string? reason))
        {
            Description = $"blst ({Library.Path})";
        }
        else
        {
            Description = reason;
        }

        NativeLibrary.SetDllImportResolver(typeof(Blst).Assembly, Resolve);
    }

    public static bool IsAvailable => Library.Handle != 0;

    /// <summary>The library's place, or why there is none.</summary>
    public static string Description { get; }

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? searchPath) => name == Name ? Library.Handle : 0;

    [LibraryImport(Name)]
    public static partial void blst_fp_from_bendian(ulong* element, byte* bytes48);

    [LibraryImport(Name)]
    public static partial void blst_bendian_from_fp(byte* bytes48, ulong* element);

    [LibraryImport(Name)]
    public static partial void blst_p1_from_affine(ulong* point, ulong* affine);

    [LibraryImport(Name)]
    public static partial void blst_p1_to_affine(ulong* affine, ulong* point);

    [LibraryImport(Name)]
    public static partial byte blst_p1_affine_on_curve(ulong* affine);

    [LibraryImport(Name)]
    public static partial byte blst_p1_affine_in_g1(ulong* affine);

    [LibraryImport(Name)]
    public static partial void blst_p1_add_or_double(ulong* sum, ulong* left, ulong* right);

    [LibraryImport(Name)]
    public static partial void blst_p1_add_or_double_affine(ulong* sum, ulong* left, ulong* affine);

    [LibraryImport(Name)]
    public static partial void blst_p1_cneg(ulong* point, byte negate);

    [LibraryImport(Name)]
    public static partial void blst_p1_mult(ulong* product, ulong* point, byte* scalar, nuint bits);

    [LibraryImport(Name)]
    public static partial nuint blst_p1s_mult_pippenger_scratch_sizeof(nuint points);

    [LibraryImport(Name)]
    public static partial void blst_p1s_mult_pippenger(ulong* sum, ulong** affines, nuint points, byte** scalars, nuint bits, ulong* scratch);

    [LibraryImport(Name)]
    public static partial void blst_map_to_g1(ulong* point, ulong* element, ulong* secondElement);

    [LibraryImport(Name)]
    public static partial int blst_p1_uncompress(ulong* affine, byte* bytes48);

    [LibraryImport(Name)]
    public static partial ulong* blst_p1_generator();

    [LibraryImport(Name)]
    public static partial void blst_p2_from_affine(ulong* point, ulong* affine);

    [LibraryImport(Name)]
    public static partial void blst_p2_to_affine(ulong* affine, ulong* point);

    [LibraryImport(Name)]
    public static partial byte blst_p2_affine_on_curve(ulong* affine);

    [LibraryImport(Name)]
    public static partial byte blst_p2_affine_in_g2(ulong* affine);

    [LibraryImport(Name)]
    public static partial void blst_p2_add_or_double_affine(ulong* sum, ulong* left, ulong* affine);

    [LibraryImport(Name)]
    public static partial void blst_p2_mult(ulong* product, ulong* point, byte* scalar, nuint bits);

    [LibraryImport(Name)]
    public static partial nuint blst_p2s_mult_pippenger_scratch_sizeof(nuint points);

    [LibraryImport(Name)]
    public static partial void blst_p2s_mult_pippenger(ulong* sum, ulong** affines, nuint points, byte** scalars, nuint bits, ulong* scratch);

    [LibraryImport(Name)]
    public static partial void blst_map_to_g2(ulong* point, ulong* element, ulong* secondElement);

    [LibraryImport(Name)]
    public static partial int blst_p2_uncompress(ulong* affine, byte* bytes96);

    [LibraryImport(Name)]
    public static partial ulong* blst_p2_affine_generator();

    [LibraryImport(Name)]
    public static partial void blst_miller_loop_n(ulong* product, ulong** g2Affines, ulong** g1Affines, nuint pairs);

    [LibraryImport(Name)]
    public static partial void blst_precompute_lines(ulong* lines, ulong* g2Affine);

    [LibraryImport(Name)]
    public static partial void blst_miller_loop_lines(ulong* result, ulong* lines, ulong* g1Affine);

    [LibraryImport(Name)]
    public static partial void blst_final_exp(ulong* result, ulong* element);

    [LibraryImport(Name)]
    public static partial byte blst_fp12_is_one(ulong* element);

    [LibraryImport(Name)]
    public static partial ulong* blst_fp12_one();

    [LibraryImport(Name)]
    public static partial byte blst_fp12_finalverify(ulong* left, ulong* right);
}

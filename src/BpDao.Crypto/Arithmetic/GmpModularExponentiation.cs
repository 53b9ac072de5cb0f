using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace BpDao.Crypto;

/// <summary>GMP's <c>mpz_powm</c> by function pointers.</summary>
internal sealed unsafe class GmpModularExponentiation : IModularExponentiation
{
    private const int MostSignificantFirst = 1, BigEndian = 1;

    private readonly delegate* unmanaged[Cdecl]<Mpz*, void> _init;
    private readonly delegate* unmanaged[Cdecl]<Mpz*, void> _clear;
    private readonly delegate* unmanaged[Cdecl]<Mpz*, nuint, int, nuint, int, nuint, byte*, void> _import;
    private readonly delegate* unmanaged[Cdecl]<byte*, nuint*, int, nuint, int, nuint, Mpz*, void*> _export;
    private readonly delegate* unmanaged[Cdecl]<Mpz*, Mpz*, Mpz*, Mpz*, void> _powm;
    private readonly delegate* unmanaged[Cdecl]<Mpz*, int, nuint> _sizeInBase;

    private GmpModularExponentiation(NativeLibraryFile library)
    {
        _init = (delegate* unmanaged[Cdecl]<Mpz*, void>)library.Export("__gmpz_init");
        _clear = (delegate* unmanaged[Cdecl]<Mpz*, void>)library.Export("__gmpz_clear");
        _import = (delegate* unmanaged[Cdecl]<Mpz*, nuint, int, nuint, int, nuint, byte*, void>)library.Export("__gmpz_import");
        _export = (delegate* unmanaged[Cdecl]<byte*, nuint*, int, nuint, int, nuint, Mpz*, void*>)library.Export("__gmpz_export");
        _powm = (delegate* unmanaged[Cdecl]<Mpz*, Mpz*, Mpz*, Mpz*, void>)library.Export("__gmpz_powm");
        _sizeInBase = (delegate* unmanaged[Cdecl]<Mpz*, int, nuint>)library.Export("__gmpz_sizeinbase");
        Description = $"GMP ({library.Path})";
    }

    public string Description { get; }

    public static bool TryLoad([NotNullWhen(true)] out GmpModularExponentiation? gmp)
    {
        gmp = null;
        if (!NativeLibraryFile.TryOpen(overridePath: null, ["libgmp.so.10"], out NativeLibraryFile library, out _)) return false;
        gmp = new GmpModularExponentiation(library);
        return true;
    }

    public void Compute(ReadOnlySpan<byte> @base, ReadOnlySpan<byte> exponent, ReadOnlySpan<byte> modulus, Span<byte> result)
    {
        result.Clear();
        // GMP raises SIGFPE on a zero modulus.
        if (!modulus.ContainsAnyExcept((byte)0)) return;

        Mpz b, e, m, power;
        Import(@base, &b);
        Import(exponent, &e);
        Import(modulus, &m);
        _init(&power);
        _powm(&power, &b, &e, &m);
        int length = (int)((_sizeInBase(&power, 2) + 7) / 8);
        if (power.Size != 0)
        {
            // The power is below the modulus, so it fits behind the leading zeros.
            fixed (byte* destination = result[(result.Length - length)..])
            {
                _export(destination, null, MostSignificantFirst, 1, BigEndian, 0, &power);
            }
        }

        _clear(&b);
        _clear(&e);
        _clear(&m);
        _clear(&power);
    }

    private void Import(ReadOnlySpan<byte> bytes, Mpz* number)
    {
        _init(number);
        fixed (byte* source = bytes)
        {
            if (!bytes.IsEmpty) _import(number, (nuint)bytes.Length, MostSignificantFirst, 1, BigEndian, 0, source);
        }
    }

    /// <summary><c>mpz_t</c>: limbs allocated, limbs used (zero for zero), the limbs.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Mpz
    {
        public int Allocated;
        public int Size;
        public nint Limbs;
    }
}

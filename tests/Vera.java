import java.io.File;
import java.util.TreeSet;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;

/**
 * Judges PDF files with veraPDF: a line for each file and profile, then a line for each rule that is broken.
 *
 * <p>java Vera.java ua1,3a FILE...
 */
public final class Vera {
  public static void main(String[] given) throws Exception {
    VeraGreenfieldFoundryProvider.initialise();
    for (int place = 1; place < given.length; place++) {
      for (String profile : given[0].split(",")) {
        judge(given[place], PDFAFlavour.fromString(profile));
      }
    }
    System.out.flush();
    System.exit(0);
  }

  private static void judge(String file, PDFAFlavour flavour) throws Exception {
    try (PDFAParser parser = Foundries.defaultInstance().createParser(new File(file), flavour)) {
      ValidationResult result = Foundries.defaultInstance().createValidator(flavour, false).validate(parser);
      String verdict = result.isCompliant() ? "compliant" : "broken";
      System.out.println(String.join("\t", verdict, flavour.getId(), file));
      TreeSet<String> rules = new TreeSet<>();
      for (TestAssertion assertion : result.getTestAssertions()) {
        if (assertion.getStatus() == TestAssertion.Status.FAILED) {
          String rule = assertion.getRuleId().getClause() + "-" + assertion.getRuleId().getTestNumber();
          rules.add(rule + " " + assertion.getMessage().replaceAll("\\s+", " "));
        }
      }
      rules.forEach(rule -> System.out.println("\t" + rule));
    }
  }
}

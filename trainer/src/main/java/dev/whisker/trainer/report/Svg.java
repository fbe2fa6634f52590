package dev.whisker.trainer.report;

import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import javax.xml.transform.OutputKeys;
import javax.xml.transform.Transformer;
import javax.xml.transform.TransformerException;
import javax.xml.transform.TransformerFactory;
import javax.xml.transform.dom.DOMSource;
import javax.xml.transform.stream.StreamResult;
import org.apache.batik.svggen.SVGGeneratorContext;
import org.apache.batik.svggen.SVGGraphics2D;
import org.apache.batik.svggen.SVGIDGenerator;
import org.knowm.xchart.internal.chartpart.Chart;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NamedNodeMap;
import org.w3c.dom.NodeList;

/** Charts as SVG elements that stand in the middle of a page. */
final class Svg {
  private static final String NAMESPACE = "http://www.w3.org/2000/svg";

  /** Digits after the point: a tenth of a pixel. */
  private static final int PRECISION = 1;

  private static final List<String> ENDS = List.of("x1", "y1", "x2", "y2");

  private Svg() {}

  /**
   * Paints a chart.
   *
   * @param id begins the names in it, which must be unique on the page
   * @param about what it shows, for those who cannot see it
   * @return an {@code svg} element that is as wide as there is room
   */
  static String of(Chart<?, ?> chart, String id, String about) {
    try {
      DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
      factory.setNamespaceAware(true);
      Document document =
          factory
              .newDocumentBuilder()
              .getDOMImplementation()
              .createDocument(NAMESPACE, "svg", null);
      SVGGeneratorContext context = SVGGeneratorContext.createDefault(document);
      context.setPrecision(PRECISION);
      context.setComment(null);
      context.setIDGenerator(
          new SVGIDGenerator() {
            @Override
            public String generateID(String prefix) {
              return id + "-" + super.generateID(prefix);
            }
          });
      SVGGraphics2D graphics = new SVGGraphics2D(context, true);
      chart.paint(graphics, chart.getWidth(), chart.getHeight());
      Element root = graphics.getRoot();
      graphics.dispose();
      for (Element element : elements(root, "defs")) {
        element.removeAttribute("id");
      }
      joinLines(root);
      root.setAttribute("viewBox", "0 0 " + chart.getWidth() + " " + chart.getHeight());
      root.setAttribute("role", "img");
      root.setAttribute("aria-label", about);
      return serialized(root);
    } catch (ParserConfigurationException | TransformerException e) {
      throw new IllegalStateException("Every JDK writes XML", e);
    }
  }

  /** XChart paints a curve piece by piece; in one piece it is a third as long and looks better. */
  private static void joinLines(Element root) {
    Element curve = null;
    String end = null;
    for (Element line : elements(root, "line")) {
      String from = line.getAttribute("x1") + "," + line.getAttribute("y1");
      String to = line.getAttribute("x2") + "," + line.getAttribute("y2");
      ENDS.forEach(line::removeAttribute);
      if (curve != null && from.equals(end) && continues(curve, line)) {
        curve.setAttribute("points", curve.getAttribute("points") + " " + to);
        line.getParentNode().removeChild(line);
      } else {
        Document document = root.getOwnerDocument();
        curve = (Element) document.renameNode(line, NAMESPACE, "polyline");
        curve.setAttribute("points", from + " " + to);
      }
      end = to;
    }
  }

  /** Whether a line looks like the curve right before it. */
  private static boolean continues(Element curve, Element line) {
    NamedNodeMap of = line.getAttributes();
    if (line.getPreviousSibling() != curve
        || curve.getAttributes().getLength() != of.getLength() + 1) {
      return false;
    }
    for (int i = 0; i < of.getLength(); i++) {
      if (!curve.getAttribute(of.item(i).getNodeName()).equals(of.item(i).getNodeValue())) {
        return false;
      }
    }
    return true;
  }

  private static List<Element> elements(Element root, String name) {
    NodeList nodes = root.getElementsByTagNameNS(NAMESPACE, name);
    List<Element> elements = new ArrayList<>();
    for (int i = 0; i < nodes.getLength(); i++) {
      elements.add((Element) nodes.item(i));
    }
    return elements;
  }

  private static String serialized(Element root) throws TransformerException {
    Transformer transformer = TransformerFactory.newInstance().newTransformer();
    transformer.setOutputProperty(OutputKeys.OMIT_XML_DECLARATION, "yes");
    StringWriter text = new StringWriter();
    transformer.transform(new DOMSource(root), new StreamResult(text));
    return text.toString();
  }
}
